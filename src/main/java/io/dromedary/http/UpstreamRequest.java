package io.dromedary.http;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * A request for an upstream.
 *
 * @param method    the HTTP method
 * @param path      the path under the upstream's base URL, with a slash at its beginning; may have a query
 * @param underRoot whether the path stands beside the {@code /v1} that the base URL ends in, not under it
 * @param headers   name to value; those that belong to the connection and the body's length are set by the transport
 * @param body      the body in slices of arrays, one after the other, which must not be changed afterwards; empty for
 *                  none
 */
public record UpstreamRequest(String method, String path, boolean underRoot, Map<String, String> headers,
        List<ByteBuffer> body) {

    /** One for a path under the base URL. */
    public UpstreamRequest(String method, String path, Map<String, String> headers, List<ByteBuffer> body) {
        this(method, path, false, headers, body);
    }

    /** How many bytes the body has. */
    int length() {
        int length = 0;
        for (ByteBuffer slice : body) {
            length += slice.remaining();
        }
        return length;
    }
}
