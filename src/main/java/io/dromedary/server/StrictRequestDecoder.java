package io.dromedary.server;

import java.util.List;

import io.netty.buffer.ByteBuf;
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
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {

    private RequestGrammar grammar = RequestGrammar.create();
    /** Bytes of the buffer that have been looked at and not been decoded. */
    private int looked;
    private boolean inHead = true;
    private boolean spoilt;

    private StrictRequestDecoder(HttpServerOptions options) {
        super(options);
    }

    /** Takes the place of Vert.x' decoder on a connection that has just been accepted. */
    static void install(HttpConnection connection, HttpServerOptions options) {
        ((ConnectionBase) connection).channel().pipeline()
                .replace("httpDecoder", "httpDecoder", new StrictRequestDecoder(options));
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf buffer, List<Object> out) throws Exception {
        if (spoilt) {
            buffer.skipBytes(buffer.readableBytes());
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
            out.add(request);
            out.add(LastHttpContent.EMPTY_LAST_CONTENT);
        } else {
            LastHttpContent end = new DefaultLastHttpContent();
            end.setDecoderResult(fault);
            out.add(end);
        }
    }
}
