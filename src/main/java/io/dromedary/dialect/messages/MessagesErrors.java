package io.dromedary.dialect.messages;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import io.dromedary.client.ApiError;
import io.dromedary.client.ServerSentEvents;
import io.dromedary.json.Json;

/** Anthropic's error envelope, its statuses, and its sign of life. */
final class MessagesErrors {

    /** The event that clients pass over, also before any other. */
    static final byte[] PING = "event: ping\ndata: {\"type\":\"ping\"}\n\n".getBytes(StandardCharsets.US_ASCII);

    /** The code by which clients know that they must send the whole conversation, and then do so by themselves. */
    static final String NO_THREAD = "thread_unsupported_request";

    private static final int OVERLOADED = 529;

    private MessagesErrors() {
    }

    /**
     * The HTTP status. Where nobody can take the request at the moment it is Anthropic's own 529; a gateway that ends
     * says 503. A 409 would be a conflict in the client's data, which there is not.
     */
    static int status(ApiError error) {
        return switch (error.status()) {
            case 503 -> error.code().equals("gateway_ending") ? 503 : OVERLOADED;
            case 409 -> 502;
            case 422 -> 400;
            default -> error.status();
        };
    }

    private static String type(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 408, 504 -> "timeout_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 503, OVERLOADED -> "overloaded_error";
            default -> status < 500 ? "invalid_request_error" : "api_error";
        };
    }

    /** The envelope's JSON, in one line. */
    static byte[] envelope(ApiError error, String callId) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("type", type(status(error)));
        told.put("message", error.getMessage());
        if (NO_THREAD.equals(error.code())) {
            told.put("details", Map.of("error_code", NO_THREAD));
        }
        Map<String, Object> envelope = new LinkedHashMap<>();
        envelope.put("type", "error");
        envelope.put("error", told);
        envelope.put("request_id", callId);
        return Json.bytes(envelope);
    }

    /** The event that ends a stream which is not whole. */
    static byte[] event(ApiError error, String callId) {
        ByteArrayOutputStream event = new ByteArrayOutputStream();
        ServerSentEvents.append(event, "event: error\n", envelope(error, callId));
        return event.toByteArray();
    }
}
