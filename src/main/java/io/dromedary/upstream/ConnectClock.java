package io.dromedary.upstream;

import java.io.IOException;

import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;

import io.dromedary.attempt.Attempt;

/**
 * Stands behind the link that connects: when a request comes here its connection stands, tunnel and TLS included, and the
 * clock of the answer takes over from the connect clock. HttpClient itself has a timeout for the TCP connection, another for
 * the handshake and none for a proxy's tunnel.
 */
final class ConnectClock implements ExecChainHandler {

    static final ConnectClock INSTANCE = new ConnectClock();

    private ConnectClock() {
    }

    /** The connect clock runs from here on, unless the request belongs to no attempt. */
    static void start(ExecChain.Scope scope) {
        Attempt attempt = (Attempt) scope.clientContext.getAttribute(AttemptExec.ATTEMPT);
        if (attempt != null) {
            attempt.connecting();
        }
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        Attempt attempt = (Attempt) scope.clientContext.getAttribute(AttemptExec.ATTEMPT);
        if (attempt != null) {
            attempt.awaitingAnswer();
        }
        return chain.proceed(request, scope);
    }
}
