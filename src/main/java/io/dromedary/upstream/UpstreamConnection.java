package io.dromedary.upstream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpClientCodec;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.impl.HttpClientConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to an upstream, for one request at a time. Notes whether a byte of the current answer has come: a request
 * of which the upstream has begun to tell a result must not be sent again.
 */
final class UpstreamConnection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamConnection.class);

    private final HttpClientConnection http;
    private final long endsNanos;
    private volatile boolean answerBegun;
    private volatile boolean gone;
    private volatile boolean used;
    private Runnable afterRead;
    private boolean inRead;

    /**
     * Takes over a connection that has just been made.
     *
     * @param lifeMs how long it may be used, in ms
     */
    UpstreamConnection(HttpClientConnection http, HttpClientOptions options, long lifeMs) {
        this.http = http;
        this.endsNanos = System.nanoTime() + lifeMs * 1_000_000;
        // Vert.x' own refuses an answer for a header name that is none, which is not passed on anyway.
        http.channel().pipeline().replace("codec", "codec", new HttpClientCodec(options.getMaxInitialLineLength(),
                options.getMaxHeaderSize(), options.getMaxChunkSize(), false, false));
        http.channel().pipeline().addBefore("codec", "first-byte", this);
        InterimAnswers.dropBehind("codec", http.channel().pipeline());
        http.exceptionHandler(failure -> LOG.debug("An upstream's connection failed: {}", failure.getMessage()));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        answerBegun = true;
        inRead = true;
        context.fireChannelRead(bytes);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
        inRead = false;
        if (afterRead != null) {
            afterRead.run();
        }
    }

    /** On the event loop: from now on, {@code action} runs when a read has brought all that it brings; null for none. */
    void afterRead(Runnable action) {
        afterRead = action;
    }

    /** On the event loop: whether what comes now was brought by a read that is not over. */
    boolean inRead() {
        return inRead;
    }

    HttpClientConnection http() {
        return http;
    }

    EventLoop loop() {
        return http.channel().eventLoop();
    }

    /** A request goes out on it. */
    void requestBegins() {
        answerBegun = false;
        used = true;
    }

    boolean answerBegun() {
        return answerBegun;
    }

    /** Whether a request has gone out on it before. */
    boolean used() {
        return used;
    }

    /** It is closed, or will be when this answer has ended. */
    void goes() {
        gone = true;
    }

    boolean usable() {
        return !gone && endsNanos - System.nanoTime() > 0 && http.isValid();
    }

    void close() {
        gone = true;
        http.close();
    }
}
