package io.dromedary.upstream;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.vertx.core.Vertx;

import io.dromedary.catalogue.Deployment;
import io.dromedary.settings.Settings;

/**
 * The connections to all deployments. Owned by the app: a deployment whose address and tunables stay keeps its connections over a
 * reload.
 */
public final class UpstreamPools implements AutoCloseable {

    private final Map<List<Object>, UpstreamPool> pools = new ConcurrentHashMap<>();

    /** What a pool is made of: with another one of these it is another pool. No record: Java spins up code for its hash at each start. */
    private static List<Object> key(Deployment deployment, Settings settings) {
        return List.of(deployment.id(), deployment.baseUrl(), settings.number("gateway.upstream.connections"),
                settings.number("gateway.upstream.connection-life"), settings.number("gateway.timeout.connect"),
                settings.number("gateway.timeout.pool"));
    }

    /**
     * That of {@code deployment}, prepared when it is first asked for.
     *
     * @param vertx on whose event loops its connections are
     * @param trust which certificates it may have
     */
    UpstreamPool of(Deployment deployment, Settings settings, Supplier<Vertx> vertx, UpstreamTrust trust) {
        return pools.computeIfAbsent(key(deployment, settings), key -> UpstreamPool.of(deployment, vertx.get(), settings, trust));
    }

    /** Closes all others. */
    public void keepOnly(Collection<Deployment> deployments, Settings settings) {
        Set<List<Object>> kept = deployments.stream().map(deployment -> key(deployment, settings)).collect(Collectors.toSet());
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
