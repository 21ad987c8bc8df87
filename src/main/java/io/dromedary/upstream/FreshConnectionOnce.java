package io.dromedary.upstream;

import java.io.IOException;
import java.net.SocketException;

import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;

/**
 * Sends a request once more, on a fresh connection, if a kept-alive one died before a byte of the response came: the
 * upstream had closed it for idleness while the request was on its way. That is no attempt and no failure of the
 * deployment. A connection that was new is never tried again.
 */
final class FreshConnectionOnce implements ExecChainHandler {

    static final FreshConnectionOnce INSTANCE = new FreshConnectionOnce();

    private FreshConnectionOnce() {
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        ExecRuntime runtime = scope.execRuntime;
        acquire(scope);
        if (!runtime.isEndpointConnected()) {
            ConnectClock.start(scope);
            return chain.proceed(request, scope);
        }
        // The links after this one add headers to the request that they would refuse to add twice.
        ClassicHttpRequest pristine = ClassicRequestBuilder.copy(request).build();
        try {
            return chain.proceed(request, scope);
        } catch (NoHttpResponseException | ConnectionClosedException | SocketException e) {
            if (runtime.isExecutionAborted() || ResponseBytes.hadBegun(scope.clientContext)) {
                throw e;
            }
            runtime.discardEndpoint();
            acquire(scope);
            runtime.disconnectEndpoint();
            ConnectClock.start(scope);
            return chain.proceed(pristine, scope);
        }
    }

    private static void acquire(ExecChain.Scope scope) throws IOException {
        if (!scope.execRuntime.isEndpointAcquired()) {
            scope.execRuntime.acquireEndpoint(scope.exchangeId, scope.route, scope.clientContext.getUserToken(),
                    scope.clientContext);
        }
    }
}
