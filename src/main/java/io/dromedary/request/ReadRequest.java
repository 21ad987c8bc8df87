package io.dromedary.request;

import java.util.Locale;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.buffer.Buffer;
import org.apache.camel.Exchange;

import io.dromedary.answer.ApiError;
import io.dromedary.catalogue.Operation;
import io.dromedary.gateway.GatewayStep;

/**
 * Reads model, stream and the like from the body and leaves the body's bytes as the message body. JSON is taken under any
 * content type, as LiteLLM does; a form is refused with 415, because {@code curl -d} sends one by default and means JSON.
 */
public final class ReadRequest extends GatewayStep {

    /** The exchange property with the {@link RequestFields}. */
    public static final String FIELDS = "fields";
    /** The exchange property with the operation's name, set by the endpoint's route. */
    public static final String OPERATION = "operation";

    @Override
    public void process(Exchange exchange) {
        refuseForm(ClientCall.of(exchange));
        byte[] body = bytes(exchange);
        if (body.length == 0) {
            throw ApiError.badRequest("invalid_json", null, "The body is empty. Send a JSON object");
        }
        Operation operation = Operation.of(exchange.getProperty(OPERATION, String.class));
        exchange.setProperty(FIELDS, RequestReader.read(body, operation,
                ClientCall.of(exchange).request()::getHeader));
        exchange.getMessage().setBody(body);
    }

    private static void refuseForm(ClientCall call) {
        String type = call.request().getHeader("Content-Type");
        String lower = type == null ? "" : type.toLowerCase(Locale.ROOT);
        if (lower.startsWith("application/x-www-form-urlencoded") || lower.startsWith("multipart/form-data")) {
            throw ApiError.of(415, "invalid_request_error", "unsupported_media_type", null,
                    "This endpoint takes JSON, not a form. Send Content-Type: application/json");
        }
    }

    /** The array behind it where it holds just the body, as it does when its length was announced; else a copy. */
    private static byte[] bytes(ByteBuf buffer) {
        boolean whole = buffer.hasArray() && buffer.arrayOffset() == 0 && buffer.array().length == buffer.readableBytes();
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
