package io.dromedary.flow.step;

import java.util.List;
import java.util.Objects;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import org.apache.camel.Exchange;

import io.dromedary.client.ApiError;
import io.dromedary.client.ClientCall;
import io.dromedary.client.FormBytes;
import io.dromedary.flow.ExchangeProperties;

/** The bytes of a request's body, as they came or as a step before has left them. */
final class ReceivedBody {

    private ReceivedBody() {
    }

    /**
     * Those of a request for a path that takes JSON. JSON is taken under any content type, as LiteLLM does; a form that
     * no step has read is refused with 415, because {@code curl -d} sends one by default and means JSON.
     *
     * @throws ApiError 415 for a form; 400 if there is none
     */
    static byte[] json(Exchange exchange) {
        if (ExchangeProperties.form(exchange) == null) {
            refuseForm(ExchangeProperties.call(exchange));
        }
        byte[] body = of(exchange);
        if (body.length == 0) {
            throw ApiError.badRequest("invalid_json", null, "The body is empty. Send a JSON object");
        }
        return body;
    }

    private static void refuseForm(ClientCall call) {
        String type = call.request().getHeader("Content-Type");
        if (type != null && (beginsWith(type, "application/x-www-form-urlencoded")
                || beginsWith(type, "multipart/form-data"))) {
            throw ApiError.of(415, "invalid_request_error", "unsupported_media_type", null,
                    "This endpoint takes JSON, not a form. Send Content-Type: application/json");
        }
    }

    private static boolean beginsWith(String type, String word) {
        return type.regionMatches(true, 0, word, 0, word.length());
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
