package io.dromedary.flow.make;

import org.apache.camel.component.http.HttpComponent;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.socket.ConnectionSocketFactory;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.Registry;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;

/**
 * Camel's component for a route author's {@code to: http:}, with a bound on the heads of answers: by itself it reads
 * one without end into memory, and no option of it says otherwise.
 */
public final class BoundedHttpComponent extends HttpComponent {

    private static final int MOST_HEADERS = 200;
    private static final int LONGEST_LINE = 8192;

    /** Called by whoever makes the component: no option is set yet. */
    public BoundedHttpComponent() {
        super();
    }

    /** As Camel's own, but for how connections read. */
    @Override
    protected HttpClientConnectionManager createConnectionManager(Registry<ConnectionSocketFactory> sockets,
            int mostConnections, int mostOfRoute, SocketConfig socketConfig) {
        Http1Config heads =
                Http1Config.custom().setMaxHeaderCount(MOST_HEADERS).setMaxLineLength(LONGEST_LINE).build();
        PoolingHttpClientConnectionManager connections = new PoolingHttpClientConnectionManager(sockets,
                PoolConcurrencyPolicy.STRICT, TimeValue.ofMilliseconds(getConnectionTimeToLive()),
                ManagedHttpClientConnectionFactory.builder().http1Config(heads).build());
        int most = mostConnections > 0 ? mostConnections : getMaxTotalConnections();
        if (most > 0) {
            connections.setMaxTotal(most);
        }
        int ofRoute = mostOfRoute > 0 ? mostOfRoute : getConnectionsPerRoute();
        if (ofRoute > 0) {
            connections.setDefaultMaxPerRoute(ofRoute);
        }
        if (socketConfig != null) {
            connections.setDefaultSocketConfig(socketConfig);
        }
        return connections;
    }
}
