package io.dromedary.http;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.vertx.core.Vertx;

import io.dromedary.model.BaseUrl;
import io.dromedary.model.Deployment;
import io.dromedary.settings.Settings;

/**
 * The connections to all deployments. They outlive a reload: a deployment keeps its connections as long as its address,
 * its proxy, its trusted certificates and the tunables of the pool stay.
 */
public final class UpstreamPools implements AutoCloseable {

    private final Map<List<Object>, UpstreamPool> pools = new ConcurrentHashMap<>();
    private final Map<String, UpstreamTrust> trusts = new ConcurrentHashMap<>();

    /**
     * What a pool is made of: with another one of these it is another pool. No record: Java spins up code for its hash
     * at each start.
     */
    private static List<Object> key(Deployment deployment, Settings settings, Map<String, String> environment) {
        return List.of(deployment.id(), deployment.baseUrl(), settings.number("gateway.upstream.connections"),
                settings.number("gateway.upstream.connection-life"), settings.number("gateway.timeout.connect"),
                settings.number("gateway.timeout.pool"), environment.getOrDefault("SSL_CERT_FILE", ""),
                UpstreamProxy.of(BaseUrl.of(deployment.baseUrl()).orElseThrow(), environment));
    }

    /**
     * The pool of {@code deployment}, made when it is first asked for.
     *
     * @param environment where proxies and trusted certificates are named
     * @param vertx       on whose event loops its connections are
     */
    public UpstreamPool of(Deployment deployment, Settings settings, Map<String, String> environment,
            Supplier<Vertx> vertx) {
        return pools.computeIfAbsent(key(deployment, settings, environment),
                key -> make(deployment, settings, environment, vertx.get()));
    }

    private UpstreamPool make(Deployment deployment, Settings settings, Map<String, String> environment, Vertx vertx) {
        UpstreamTrust trust = trusts.computeIfAbsent(environment.getOrDefault("SSL_CERT_FILE", ""), UpstreamTrust::new);
        if (deployment.baseUrl().startsWith("https:")) {
            trust.read();
        }
        UpstreamConnector connector = new UpstreamConnector(deployment.baseUrl(), vertx.nettyEventLoopGroup(),
                task -> vertx.executeBlocking(() -> {
                    task.run();
                    return null;
                }, false),
                trust, environment,
                settings.count("gateway.timeout.connect"), settings.number("gateway.upstream.connection-life"));
        return new UpstreamPool(connector, settings.count("gateway.upstream.connections"),
                settings.number("gateway.timeout.pool"));
    }

    /** Shows each pool with the id of its deployment, of which a reload may leave two for a while. */
    public void each(BiConsumer<String, UpstreamPool> reader) {
        pools.forEach((key, pool) -> reader.accept((String) key.get(0), pool));
    }

    /** Closes the connections to all other deployments. */
    public void keepOnly(Collection<Deployment> deployments, Settings settings, Map<String, String> environment) {
        Set<List<Object>> kept = deployments.stream().map(deployment -> key(deployment, settings, environment))
                .collect(Collectors.toSet());
        pools.forEach((key, pool) -> {
            if (!kept.contains(key) && pools.remove(key, pool)) {
                pool.close();
            }
        });
    }

    @Override
    public void close() {
        pools.values().forEach(UpstreamPool::close);
        pools.clear();
    }
}
