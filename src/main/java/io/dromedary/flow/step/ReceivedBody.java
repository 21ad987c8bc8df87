package io.dromedary.flow.step;

import java.util.Locale;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.buffer.Buffer;
import org.apache.camel.Exchange;

import io.dromedary.client.ApiError;
import io.dromedary.client.ClientCall;
import io.dromedary.flow.ExchangeProperties;

/** The bytes of a request's body, as they came or as a step before has left them. */
final class ReceivedBody {

    private ReceivedBody() {
    }

    /**
     * Those of a request for a path that takes JSON. JSON is taken under any content type, as LiteLLM does; a form is
     * refused with 415, because {@code curl -d} sends one by default and means JSON.
     *
     * @throws ApiError 415 for a form; 400 if there is none
     */
    static byte[] json(Exchange exchange) {
        refuseForm(ExchangeProperties.call(exchange));
        byte[] body = bytes(exchange);
        if (body.length == 0) {
            throw ApiError.badRequest("invalid_json", null, "The body is empty. Send a JSON object");
        }
        return body;
    }

    private static void refuseForm(ClientCall call) {
        String type = call.request().getHeader("Content-Type");
        String lower = type == null ? "" : type.toLowerCase(Locale.ROOT);
        if (lower.startsWith("application/x-www-form-urlencoded") || lower.startsWith("multipart/form-data")) {
            throw ApiError.of(415, "invalid_request_error", "unsupported_media_type", null,
                    "This endpoint takes JSON, not a form. Send Content-Type: application/json");
        }
    }

    /** The array behind it, where it holds just the body, as the gateway's own server has it; else a copy. */
    private static byte[] bytes(ByteBuf buffer) {
        boolean whole = buffer.hasArray() && buffer.arrayOffset() == 0
                && buffer.array().length == buffer.readableBytes();
        return whole ? buffer.array() : ByteBufUtil.getBytes(buffer);
    }

    private static byte[] bytes(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        if (body instanceof Buffer buffer) {
            return bytes(buffer.getByteBuf());
        }
        byte[] converted = body == null ? null : exchange.getMessage().getBody(byte[].class);
        return converted == null ? new byte[0] : converted;
    }
}
