package io.dromedary.upstream;

import java.util.List;

/**
 * Tells the errors with which a llama-server blames itself for the client's mistake: a 500 of type {@code server_error} for
 * a second choice, tools in a stream, an image for a text model, an input that is too long. Another deployment may be able
 * to do it, so the request goes on; but the server is well, so its breaker does not count it.
 */
final class RequestMistakes {

    private static final List<String> MESSAGES = List.of(
            "Cannot use tools with stream",
            "Only one completion choice is allowed",
            "Failed to parse messages",
            "input is too large to process",
            "[json.exception.",
            "Unsupported content part type",
            "Missing 'role' in message");

    private RequestMistakes() {
    }

    /** Whether the error is the request's and not the server's. 501 says so by itself: the server does not do such things. */
    static boolean isOne(int status, UpstreamError error) {
        return status == 501 || status == 500 && MESSAGES.stream().anyMatch(error.message()::contains);
    }
}
