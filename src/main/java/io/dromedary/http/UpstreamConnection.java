package io.dromedary.http;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/**
 * One HTTP/1.1 connection to an upstream, for one request at a time. It is the last handler of the channel's pipeline.
 * Interim answers (1xx except 101, RFC 9110, 15.2) are dropped: the final answer is still to come. Bytes that come
 * while no request is under way belong to nobody, so the connection is closed (RFC 9112, 9.2).
 */
final class UpstreamConnection extends ChannelInboundHandlerAdapter {

    private static final int LONGEST_LINE = 4096;
    private static final int LONGEST_HEAD = 64 * 1024;
    private static final int LONGEST_CHUNK = 8192;
    private static final long KEPT_IDLE_NANOS = TimeUnit.SECONDS.toNanos(180);
    private static final Pattern KEEP_ALIVE_TIMEOUT = Pattern.compile("timeout\\s*=\\s*(\\d{1,6})");

    private final Channel channel;
    private final long endsNanos;
    private final Consumer<UpstreamConnection> closed;
    private volatile boolean answerBegun;
    private volatile boolean gone;
    private volatile boolean used;
    private volatile long idleEndsNanos;
    private UpstreamCall call;
    /** The body that is being sent, or was sent last. */
    private BodySlices slices;
    private boolean requestBegun;
    private boolean requestSent;
    private boolean interim;
    private boolean keepAlive;
    private long keptIdleNanos = KEPT_IDLE_NANOS;

    private UpstreamConnection(Channel channel, long lifeMs, Consumer<UpstreamConnection> closed) {
        this.channel = channel;
        this.closed = closed;
        this.endsNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(lifeMs);
        this.idleEndsNanos = System.nanoTime() + KEPT_IDLE_NANOS;
    }

    /**
     * Takes over a channel that has just been connected. To be called on its event loop.
     *
     * @param lifeMs how long it may be used, in ms
     * @param closed told on the event loop when it is closed
     */
    static UpstreamConnection over(Channel channel, long lifeMs, Consumer<UpstreamConnection> closed) {
        UpstreamConnection connection = new UpstreamConnection(channel, lifeMs, closed);
        channel.pipeline().addLast("first-byte", new FirstByte(connection));
        // Header names are not validated: an upstream's odd ones are dropped later and are no reason to refuse its
        // answer.
        channel.pipeline()
                .addLast("codec", new HttpClientCodec(LONGEST_LINE, LONGEST_HEAD, LONGEST_CHUNK, false, false));
        channel.pipeline().addLast("answers", connection);
        return connection;
    }

    /**
     * Notes that a byte of an answer has come: a request that an upstream has begun to answer must not be sent again.
     */
    private static final class FirstByte extends ChannelInboundHandlerAdapter {

        private final UpstreamConnection connection;

        FirstByte(UpstreamConnection connection) {
            this.connection = connection;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            connection.answerBegun = connection.call != null && connection.requestBegun;
            context.fireChannelRead(bytes);
        }
    }

    /** Sends a request whose answer goes to {@code next}. The connection belongs to that call from now on. */
    void send(FullHttpRequest request, UpstreamCall next) {
        answerBegun = false;
        used = true;
        // All of it in one task of the event loop: each hand-over costs.
        loop().execute(() -> {
            if (next.cancelled()) {
                return;
            }
            call = next;
            requestBegun = true;
            requestSent = false;
            interim = false;
            keepAlive = false;
            slices = null;
            write(request, written -> {
                requestSent = written.isSuccess();
                if (!requestSent) {
                    next.fails(written.cause());
                }
            });
        });
    }

    private void write(FullHttpRequest request, ChannelFutureListener sent) {
        if (request.content().readableBytes() <= BodySlices.SLICE) {
            channel.writeAndFlush(request).addListener(sent);
            return;
        }
        channel.write(new DefaultHttpRequest(request.protocolVersion(), request.method(), request.uri(),
                request.headers()));
        slices = new BodySlices(channel, request.content(), sent);
        slices.goOn();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (slices != null && call != null) {
            slices.goOn();
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object part) {
        try {
            read((HttpObject) part);
        } finally {
            ReferenceCountUtil.release(part);
        }
    }

    private void read(HttpObject part) {
        UpstreamCall now = call;
        if (now == null) {
            close();
            return;
        }
        if (part.decoderResult().isFailure()) {
            call = null;
            now.fails(new IOException("the answer is not valid HTTP", part.decoderResult().cause()));
            return;
        }
        if (part instanceof HttpResponse head) {
            int status = head.status().code();
            interim = status >= 100 && status < 200 && status != HttpResponseStatus.SWITCHING_PROTOCOLS.code();
            if (!interim) {
                keepAlive = HttpUtil.isKeepAlive(head);
                keptIdleNanos = keptIdleNanos(head);
                now.begins(head);
            }
        }
        if (part instanceof HttpContent content && !interim) {
            if (content.content().isReadable()) {
                now.more(ByteBufUtil.getBytes(content.content()));
            }
            if (part instanceof LastHttpContent) {
                call = null;
                slices = null;
                // An answer that is there before its request was sent whole leaves the rest of the request on the
                // connection.
                gone |= !keepAlive || !requestSent;
                idleEndsNanos = System.nanoTime() + keptIdleNanos;
                now.ends();
            }
        }
    }

    /**
     * How long the connection is kept idle: as long as the upstream says that it keeps it, less a second, but not for
     * ever.
     */
    private static long keptIdleNanos(HttpResponse head) {
        String said = head.headers().get(HttpHeaderNames.KEEP_ALIVE);
        Matcher timeout = said == null ? null : KEEP_ALIVE_TIMEOUT.matcher(said);
        return timeout != null && timeout.find()
                ? Math.min(KEPT_IDLE_NANOS, TimeUnit.SECONDS.toNanos(Math.max(0, Long.parseLong(timeout.group(1)) - 1)))
                : KEPT_IDLE_NANOS;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (call != null) {
            call.readOver();
        }
        context.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        gone = true;
        UpstreamCall now = call;
        call = null;
        if (now != null) {
            now.fails(new IOException("the upstream closed the connection"));
        }
        closed.accept(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        gone = true;
        UpstreamCall now = call;
        call = null;
        if (now != null) {
            now.fails(cause);
        }
        close();
    }

    /** Whether the connection is read: off while more waits than may. From any thread. */
    void reads(boolean on) {
        channel.config().setAutoRead(on);
    }

    /** The event loop on which everything of this connection happens. */
    EventLoop loop() {
        return channel.eventLoop();
    }

    /** Whether a byte of the answer to the current request has come. */
    boolean answerBegun() {
        return answerBegun;
    }

    /** Whether a request has been sent on it before. */
    boolean used() {
        return used;
    }

    /** Whether the next request may be sent on it. */
    boolean usable() {
        long now = System.nanoTime();
        return !gone && endsNanos - now > 0 && idleEndsNanos - now > 0 && channel.isActive();
    }

    /** Closes it. From any thread; harmless when called again. */
    void close() {
        gone = true;
        channel.close();
    }
}
