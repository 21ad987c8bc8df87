package io.dromedary.upstream;

import java.io.IOException;

import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;

import io.dromedary.attempt.Attempt;

/**
 * A connection pool that runs the attempt's connect clock while a connection is made, TLS included: HttpClient itself has
 * one timeout for the TCP connection and another for the handshake, one after the other. Connections used last are used
 * first, so that those a server is about to close for idleness are left alone.
 */
final class ClockedConnections extends PoolingHttpClientConnectionManager {

    /** @param life how long a connection is used at most */
    ClockedConnections(TlsSocketStrategy tls, TimeValue life) {
        super(new DefaultHttpClientConnectionOperator(null, null,
                        RegistryBuilder.<TlsSocketStrategy>create().register(URIScheme.HTTPS.id, tls).build()),
                PoolConcurrencyPolicy.LAX, PoolReusePolicy.LIFO, life, null);
    }

    @Override
    public void connect(ConnectionEndpoint endpoint, TimeValue timeout, HttpContext context) throws IOException {
        Attempt attempt = (Attempt) context.getAttribute(AttemptExec.ATTEMPT);
        if (attempt == null) {
            super.connect(endpoint, timeout, context);
            return;
        }
        attempt.connecting();
        super.connect(endpoint, timeout, context);
        attempt.awaitingAnswer();
    }
}
