package io.dromedary.relay;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.client.ApiError;
import io.dromedary.client.ServerSentEvents;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.json.ObjectFields;

/**
 * The event that ends a stream which is not whole: OpenAI's error envelope as data, with no {@code [DONE]} after it;
 * and the one that an upstream's stream may begin with.
 */
final class ErrorEvent {

    private static final Pattern NAMED = Pattern.compile("event: ?error");
    private static final String DATA = "data:";

    private ErrorEvent() {
    }

    /**
     * The data of the first event of {@code stream} where that is an error: by its name, or by an object's field
     * {@code error}. Null for any other.
     */
    static byte[] in(byte[] stream) {
        boolean named = false;
        for (String line : new String(stream, StandardCharsets.UTF_8).split("\\r\\n|\\n|\\r")) {
            named |= NAMED.matcher(line).matches();
            if (line.startsWith(DATA)) {
                byte[] data = line.substring(DATA.length()).getBytes(StandardCharsets.UTF_8);
                return named || isError(data) ? data : null;
            }
        }
        return null;
    }

    private static boolean isError(byte[] data) {
        try {
            ObjectFields.Field error = ObjectFields.pickOfAnswer(data, "error").find("error").orElse(null);
            return error != null
                    && (error.kind() == JsonToken.START_OBJECT || error.kind() == JsonToken.VALUE_STRING);
        } catch (IOException e) {
            return false; // a large event that is cut, or one of another form
        }
    }

    static byte[] of(UpstreamFailed failure) {
        return ServerSentEvents.event(error(failure).envelope());
    }

    /** The error that it tells. */
    static ApiError error(UpstreamFailed failure) {
        return ApiError.of(failure.status(), failure.type(), failure.code(), null,
                "The stream ended before it was whole: " + failure.getMessage());
    }
}
