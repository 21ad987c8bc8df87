package io.dromedary.upstream;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

import io.dromedary.catalogue.Deployment;
import io.dromedary.settings.Settings;

/**
 * One HTTP client per deployment, shared by its operations, because a llama-server serves few connections at a time. A
 * client does nothing by itself: no retry of a POST, no redirect (which would carry the key along), no cookies, no
 * decompression, no protocol upgrade.
 */
public final class UpstreamClients implements AutoCloseable {

    private final Settings settings;
    private final UpstreamTrust trust = new UpstreamTrust(System.getenv("SSL_CERT_FILE"));
    private final Map<String, CloseableHttpClient> byId = new ConcurrentHashMap<>();

    /** @param settings where {@code gateway.timeout.*} and {@code gateway.upstream.*} are read */
    public UpstreamClients(Settings settings) {
        this.settings = settings;
    }

    /** The client of {@code deployment}, made when it is first asked for. */
    public HttpClient of(Deployment deployment) {
        return byId.computeIfAbsent(deployment.id(), id -> build(deployment));
    }

    /** Closes their connections. */
    @Override
    public void close() {
        byId.values().forEach(client -> client.close(CloseMode.IMMEDIATE));
    }

    /** Which certificates upstreams may have. */
    UpstreamTrust trust() {
        return trust;
    }

    private CloseableHttpClient build(Deployment deployment) {
        Timeout connect = Timeout.ofMilliseconds(settings.number("gateway.timeout.connect"));
        HttpClientConnectionManager connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setTlsSocketStrategy(trust.strategyFor(deployment.baseUrl()))
                .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
                // Those used last first, so that those a server is about to close for idleness are left alone.
                .setConnPoolPolicy(PoolReusePolicy.LIFO)
                .setMaxConnPerRoute(settings.count("gateway.upstream.connections"))
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(connect)
                        .setSocketTimeout(Timeout.DISABLED)
                        .setTimeToLive(TimeValue.ofMilliseconds(settings.number("gateway.upstream.connection-life")))
                        // A dead kept-alive connection is found by using it: see FreshConnectionOnce.
                        .setValidateAfterInactivity(TimeValue.NEG_ONE_MILLISECOND)
                        .build())
                .setDefaultTlsConfig(TlsConfig.custom().setHandshakeTimeout(connect).build())
                .build();
        HttpClientBuilder builder = HttpClientBuilder.create()
                .setConnectionManager(connections)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(Timeout.ofMilliseconds(settings.number("gateway.timeout.pool")))
                        .setResponseTimeout(Timeout.DISABLED)
                        .setProtocolUpgradeEnabled(false)
                        .build())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableConnectionState()
                .disableDefaultUserAgent()
                .setRequestExecutor(ResponseBytes.INSTANCE)
                .addExecInterceptorFirst("attempt", AttemptExec.INSTANCE)
                .addExecInterceptorBefore(ChainElement.CONNECT.name(), "fresh-connection-once", FreshConnectionOnce.INSTANCE)
                .addExecInterceptorAfter(ChainElement.CONNECT.name(), "connect-clock", ConnectClock.INSTANCE);
        Optional<HttpHost> proxy = UpstreamProxy.of(deployment.baseUrl(), System.getenv());
        proxy.ifPresent(builder::setProxy);
        return builder.build();
    }
}
