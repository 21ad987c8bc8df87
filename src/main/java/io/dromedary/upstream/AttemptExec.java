package io.dromedary.upstream;

import java.io.IOException;

import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;

import io.dromedary.attempt.Attempt;

/**
 * Outermost link of the HTTP client's chain: lets the attempt cancel the call at any stage (waiting for a connection,
 * connecting, waiting for the head, reading), and puts the true cause in place of the socket error that a cancel ends in.
 * A request that belongs to no attempt passes untouched.
 */
final class AttemptExec implements ExecChainHandler {

    /** The context attribute under which {@link ConnectClock} finds the attempt. */
    static final String ATTEMPT = "dromedary.attempt";

    static final AttemptExec INSTANCE = new AttemptExec();

    private AttemptExec() {
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        if (!(scope.originalRequest.getEntity() instanceof AttemptEntity entity)) {
            return chain.proceed(request, scope);
        }
        Attempt attempt = entity.attempt();
        scope.clientContext.setAttribute(ATTEMPT, attempt);
        if (scope.originalRequest instanceof Cancellable cancellable) {
            attempt.cancelBy(cancellable::cancel);
        }
        attempt.awaitingAnswer();
        try {
            return chain.proceed(request, scope);
        } catch (IOException | HttpException | RuntimeException e) {
            // A cancel while a connection is made ends in an IllegalStateException of HttpClient's.
            Exception cause = attempt.causeOf(e);
            if (cause instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw cause instanceof IOException io ? io : new IOException(cause);
        }
    }
}
