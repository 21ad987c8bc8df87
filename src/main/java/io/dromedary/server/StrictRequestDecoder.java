package io.dromedary.server;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Reads requests as Vert.x does, but hands it only bytes that {@link RequestGrammar} has found to be a request's, and
 * takes none whose end the two see in different places: another reader before the gateway could see it there too
 * (request smuggling, RFC 9112, 11.2). After such a request nothing more is read of the connection.
 *
 * <p>A request is read when the one before it has its answer, and its client has taken most of that. What a client
 * sends ahead waits as bytes, {@value #MOST_AHEAD} of them and one read more; beyond it the connection is not read.
 * Vert.x by itself makes requests of all that comes, and would hold any number of them.
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {

    private static final int MOST_AHEAD = 64 * 1024;

    /** Requests that have been handed on and have no whole answer yet: one at most, and one more for a moment. */
    private final AtomicInteger unanswered = new AtomicInteger();
    private ChannelHandlerContext connection;
    /** Bytes are there that wait for an answer's end. Set on the event loop; read by whoever ends an answer. */
    private volatile boolean behind;
    /** So many are there that no more are read. */
    private boolean full;
    /** It is this decoder that has stopped the reading, and not Vert.x for a body that nobody takes. */
    private boolean stopped;
    private RequestGrammar grammar = RequestGrammar.create();
    /** Bytes of the buffer that have been looked at and not been decoded. */
    private int looked;
    private boolean inHead = true;
    private boolean spoilt;
    /** Nobody is to answer what comes behind the request that is being answered. */
    private boolean noMore;

    private StrictRequestDecoder(HttpServerOptions options) {
        super(options);
    }

    /** Takes the place of Vert.x' decoder on a connection that has just been accepted. */
    static void install(HttpConnection connection, HttpServerOptions options) {
        ((ConnectionBase) connection).channel().pipeline()
                .replace("httpDecoder", "httpDecoder", new StrictRequestDecoder(options));
    }

    /** On any thread: a request of that connection has its whole answer. */
    static void answered(HttpConnection connection) {
        StrictRequestDecoder decoder =
                ((ConnectionBase) connection).channel().pipeline().get(StrictRequestDecoder.class);
        if (decoder != null) {
            decoder.unanswered.decrementAndGet();
            decoder.goOnSoon();
        }
    }

    /** On the event loop: whether the request that is being answered has been read and nothing has come behind it. */
    boolean nothingBehind() {
        return inHead && !behind && actualReadableBytes() == 0;
    }

    /** On the event loop: whether no request is being read or answered. */
    boolean isIdle() {
        return nothingBehind() && unanswered.get() == 0;
    }

    /** On the event loop: what comes from now on is thrown away. To be called where nothing is behind. */
    void readNoMore() {
        noMore = true;
    }

    private void goOnSoon() {
        if (behind) {
            // On a fresh stack: thousands of answers that are given at once would pile up on this one.
            connection.executor().execute(this::goOn);
        }
    }

    private void goOn() {
        if (!behind) {
            return;
        }
        full = false;
        if (stopped) {
            stopped = false;
            connection.channel().config().setAutoRead(true);
        }
        try {
            channelRead(connection, Unpooled.EMPTY_BUFFER);
            channelReadComplete(connection);
        } catch (Exception e) {
            connection.fireExceptionCaught(e);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) throws Exception {
        connection = context;
        super.handlerAdded(context);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
        goOnSoon();
        super.channelWritabilityChanged(context);
    }

    /** Netty's own reads on where a decoder has made nothing of what came. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        if (full) {
            context.fireChannelReadComplete();
        } else {
            super.channelReadComplete(context);
        }
    }

    /** Whether a head has to wait; from then on an answer's end or a client that has read comes back to it. */
    private boolean waits(ChannelHandlerContext context, int bytes) {
        behind = true;
        if (unanswered.get() == 0 && context.channel().isWritable()) {
            behind = false;
            return false;
        }
        full = bytes > MOST_AHEAD;
        if (full && context.channel().config().isAutoRead()) {
            stopped = true;
            context.channel().config().setAutoRead(false);
        }
        return true;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf buffer, List<Object> out) throws Exception {
        if (spoilt || noMore) {
            buffer.skipBytes(buffer.readableBytes());
            return;
        }
        if (inHead && looked == 0 && waits(context, buffer.readableBytes())) {
            return;
        }
        int from = buffer.readerIndex() + looked;
        looked += grammar.look(buffer, from, buffer.writerIndex()) - from;
        if (grammar.fault() != null) {
            spoil(buffer, out, grammar.fault());
            return;
        }
        int count = out.size();
        int unread = decodeLooked(context, buffer, out);
        boolean ended = false;
        for (int i = count; i < out.size(); i++) {
            if (out.get(i) instanceof HttpMessage message) {
                inHead = false;
                unanswered.incrementAndGet();
                spoilt = message.decoderResult().isFailure();
            }
            ended = out.get(i) instanceof LastHttpContent;
        }
        if (ended && grammar.isOver() && looked == 0) {
            grammar = RequestGrammar.create();
            inHead = true;
        } else if (!spoilt && (ended || grammar.isOver() && looked == unread && out.size() == count)) {
            spoil(buffer, out, "its end");
        }
    }

    /** Decodes no byte beyond those that have been looked at; how many of these there were. */
    private int decodeLooked(ChannelHandlerContext context, ByteBuf buffer, List<Object> out) throws Exception {
        int before = looked;
        int begin = buffer.readerIndex();
        int end = buffer.writerIndex();
        buffer.writerIndex(begin + looked);
        try {
            super.decode(context, buffer, out);
        } finally {
            looked -= buffer.readerIndex() - begin;
            buffer.writerIndex(end);
        }
        return before;
    }

    /** Nothing more is read. A request whose head is through can only be broken off; another one is answered. */
    private void spoil(ByteBuf buffer, List<Object> out, String why) {
        spoilt = true;
        buffer.skipBytes(buffer.readableBytes());
        DecoderResult fault = DecoderResult.failure(new InvalidRequest(why));
        if (inHead) {
            DefaultHttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/",
                    HeadersMultiMap.httpHeaders());
            request.setDecoderResult(fault);
            unanswered.incrementAndGet();
            out.add(request);
            out.add(LastHttpContent.EMPTY_LAST_CONTENT);
        } else {
            LastHttpContent end = new DefaultLastHttpContent();
            end.setDecoderResult(fault);
            out.add(end);
        }
    }
}
