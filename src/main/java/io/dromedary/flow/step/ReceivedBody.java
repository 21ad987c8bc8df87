package io.dromedary.flow.step;

import java.util.List;
import java.util.Objects;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import org.apache.camel.Exchange;

import io.dromedary.client.ApiError;
import io.dromedary.client.FormBytes;

/** The bytes of a request as they came. */
final class ReceivedBody {

    private ReceivedBody() {
    }

    /**
     * Those of a form, which Camel does not hand on.
     *
     * @throws ApiError 501 if the server is not the gateway's own
     */
    static byte[] ofForm(HttpServerRequest request) {
        Buffer body = FormBytes.of(request);
        if (body != null) {
            return bytes(body.getByteBuf());
        }
        boolean empty = request.getHeader("Transfer-Encoding") == null
                && List.of("", "0").contains(Objects.toString(request.getHeader("Content-Length"), ""));
        if (empty) {
            return new byte[0];
        }
        throw ApiError.of(501, "server_error", "forms_not_read", null,
                "Forms are read by the packaged gateway only: Camel's own server takes them apart");
    }

    /** Those that are the message body; none where it is empty. */
    static byte[] of(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        if (body instanceof Buffer buffer) {
            return bytes(buffer.getByteBuf());
        }
        byte[] converted = body == null ? null : exchange.getMessage().getBody(byte[].class);
        return converted == null ? new byte[0] : converted;
    }

    /** The array behind it, where it holds just the body, as the gateway's own server has it; else a copy. */
    private static byte[] bytes(ByteBuf buffer) {
        boolean whole = buffer.hasArray() && buffer.arrayOffset() == 0
                && buffer.array().length == buffer.readableBytes();
        return whole ? buffer.array() : ByteBufUtil.getBytes(buffer);
    }
}
