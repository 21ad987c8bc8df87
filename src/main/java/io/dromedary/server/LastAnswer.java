package io.dromedary.server;

import java.util.concurrent.TimeUnit;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Tells a client with its next answer that the connection closes after it ({@code Connection: close}, RFC 9112, 9.6),
 * and closes it then. An answer that has another request waiting behind it does not say so; the one to that request
 * does. The closing leaves the client time to read: what it may still send is read and thrown away meanwhile, since a
 * system that has bytes nobody read answers with a reset, and a reset takes what the client has not read yet.
 *
 * <p>It is put into a connection when that is to end, so that other connections pay nothing for it.
 */
final class LastAnswer extends ChannelOutboundHandlerAdapter {

    private static final long LINGER_MS = 5000;

    private final StrictRequestDecoder requests;
    private boolean told;

    private LastAnswer(StrictRequestDecoder requests) {
        this.requests = requests;
    }

    /** On any thread: the next answer on that connection whose head has not been written is its last. */
    static void follows(HttpConnection connection) {
        ChannelPipeline pipeline = pipeline(connection);
        if (pipeline.channel().eventLoop().inEventLoop()) {
            install(pipeline);
        } else {
            pipeline.channel().eventLoop().execute(() -> install(pipeline));
        }
    }

    private static ChannelPipeline pipeline(HttpConnection connection) {
        return ((ConnectionBase) connection).channel().pipeline();
    }

    private static void install(ChannelPipeline pipeline) {
        StrictRequestDecoder requests = pipeline.get(StrictRequestDecoder.class);
        if (requests != null && pipeline.get(LastAnswer.class) == null && pipeline.get("handler") != null) {
            pipeline.addBefore("handler", null, new LastAnswer(requests));
        }
    }

    /** On any thread: closes the connection, if no request of it is being read or answered. */
    static void closeIdle(HttpConnection connection) {
        ChannelPipeline pipeline = pipeline(connection);
        pipeline.channel().eventLoop().execute(() -> closeIdle(pipeline));
    }

    private static void closeIdle(ChannelPipeline pipeline) {
        StrictRequestDecoder requests = pipeline.get(StrictRequestDecoder.class);
        if (requests != null && requests.isIdle()) {
            requests.readNoMore();
            // A thread that has ended an answer since this was asked for has put its last bytes into the loop's queue,
            // and its client may not have taken all before them.
            ChannelHandlerContext context = pipeline.context(requests);
            pipeline.channel().eventLoop().execute(() -> context.writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener(written -> close(pipeline)));
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof HttpResponse head) {
            if (head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
                context.write(message, promise); // 100 Continue: the answer is still to come
                return;
            }
            // An answer that says so by itself is one after which somebody else closes.
            if (!told && requests.nothingBehind() && !head.headers().containsValue(HttpHeaderNames.CONNECTION,
                    HttpHeaderValues.CLOSE, true)) {
                told = true;
                head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
                requests.readNoMore();
            }
        }
        if (told && message instanceof LastHttpContent) {
            promise = promise.unvoid();
            promise.addListener(written -> close(context.pipeline()));
        }
        context.write(message, promise);
    }

    private static void close(ChannelPipeline pipeline) {
        if (!(pipeline.channel() instanceof DuplexChannel channel)) {
            pipeline.channel().close();
            return;
        }
        channel.shutdownOutput().addListener((ChannelFutureListener) shut -> {
            if (!shut.isSuccess()) {
                channel.close();
            }
        });
        channel.config().setAutoRead(true);
        // A client that closes too ends it before that.
        channel.eventLoop().schedule(() -> channel.close(), LINGER_MS, TimeUnit.MILLISECONDS);
    }
}
