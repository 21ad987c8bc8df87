package io.dromedary.server;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
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
 * Reads requests as Vert.x does, but takes none whose end two readers could see in two places (request smuggling, RFC
 * 9112, 11.2): with both {@code Content-Length} and {@code Transfer-Encoding}, with an encoding other than
 * {@code chunked}, with a header folded over lines, with a bare line feed in its head. Netty mends or ignores these.
 * After one, nothing more is read.
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {


    private boolean inHead = true;
    private boolean spoilt;
    private int looked;
    private byte before;
    private boolean lineEmpty = true;
    private boolean requestLineSeen;

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
        if (inHead && !headIsClean(buffer)) {
            spoil(buffer, out, "a head that can be read in two ways");
            return;
        }
        int count = out.size();
        int readable = buffer.readableBytes();
        super.decode(context, buffer, out);
        looked = Math.max(0, looked - (readable - buffer.readableBytes()));
        for (int i = count; i < out.size(); i++) {
            if (out.get(i) instanceof HttpMessage message) {
                inHead = false;
                if (spoilt || !encodingIsClear(message)) {
                    message.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("an unclear end")));
                    spoilt = true;
                }
            }
            if (out.get(i) instanceof LastHttpContent) {
                nextHead();
            }
        }
    }

    private void nextHead() {
        inHead = true;
        looked = 0;
        before = 0;
        lineEmpty = true;
        requestLineSeen = false;
    }

    /** Looks at the bytes of the head that have not been looked at; false for a bare line feed or a folded line. */
    private boolean headIsClean(ByteBuf buffer) {
        int end = buffer.writerIndex();
        int from = buffer.readerIndex() + looked;
        for (int i = from; i < end; i++) {
            byte b = buffer.getByte(i);
            looked++;
            if (b == '\n') {
                if (before != '\r') {
                    return false;
                }
                if (lineEmpty && requestLineSeen) {
                    return true; // the head's end: what follows is the body's, and not looked at
                }
                requestLineSeen |= !lineEmpty;
                lineEmpty = true;
            } else if (b != '\r') {
                if (lineEmpty && requestLineSeen && (b == ' ' || b == '\t')) {
                    return false;
                }
                lineEmpty = false;
            }
            before = b;
        }
        return true;
    }

    private static boolean encodingIsClear(HttpMessage message) {
        List<String> encodings = message.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        return encodings.isEmpty() || encodings.size() == 1 && encodings.get(0).equalsIgnoreCase("chunked");
    }

    /** Netty would drop the length and go on: the one place where it tells of both. */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        spoilt = true;
    }

    private void spoil(ByteBuf buffer, List<Object> out, String why) {
        spoilt = true;
        buffer.skipBytes(buffer.readableBytes());
        DefaultHttpRequest request =
                new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/", HeadersMultiMap.httpHeaders());
        request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException(why)));
        out.add(request);
        out.add(LastHttpContent.EMPTY_LAST_CONTENT);
    }
}
