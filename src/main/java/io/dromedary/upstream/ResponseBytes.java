package io.dromedary.upstream;

import java.io.IOException;

import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;

/**
 * Executes requests as HttpClient does, and when one fails, leaves in its context whether a byte of the response had come: a
 * request of which the upstream has begun to tell a result must not be sent again.
 */
final class ResponseBytes extends HttpRequestExecutor {

    static final ResponseBytes INSTANCE = new ResponseBytes();

    private static final String BEGUN = "dromedary.response-begun";

    private ResponseBytes() {
    }

    /** Whether the request of that context failed after the first byte of its response. */
    static boolean hadBegun(HttpContext context) {
        return Boolean.TRUE.equals(context.getAttribute(BEGUN));
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, HttpClientConnection connection,
            HttpResponseInformationCallback information, HttpContext context) throws IOException, HttpException {
        long before = received(connection);
        try {
            return super.execute(request, connection, information, context);
        } catch (IOException | HttpException e) {
            context.setAttribute(BEGUN, received(connection) > before);
            throw e;
        }
    }

    private static long received(HttpClientConnection connection) {
        EndpointDetails details = connection.getEndpointDetails();
        return details == null ? 0 : details.getReceivedBytesCount();
    }
}
