package io.dromedary.upstream;

import java.util.Collection;
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

    private final Map<Key, UpstreamPool> pools = new ConcurrentHashMap<>();

    /** What a pool is made of: with another one of these it is another pool. */
    private record Key(String id, String baseUrl, long connections, long lifeMs, long connectMs, long waitMs) {

        static Key of(Deployment deployment, Settings settings) {
            return new Key(deployment.id(), deployment.baseUrl(), settings.number("gateway.upstream.connections"),
                    settings.number("gateway.upstream.connection-life"), settings.number("gateway.timeout.connect"),
                    settings.number("gateway.timeout.pool"));
        }
    }

    /**
     * That of {@code deployment}, prepared when it is first asked for.
     *
     * @param vertx on whose event loops its connections are
     * @param trust which certificates it may have
     */
    UpstreamPool of(Deployment deployment, Settings settings, Supplier<Vertx> vertx, UpstreamTrust trust) {
        return pools.computeIfAbsent(Key.of(deployment, settings), key -> UpstreamPool.of(deployment, vertx.get(), settings, trust));
    }

    /** Closes all others. */
    public void keepOnly(Collection<Deployment> deployments, Settings settings) {
        Set<Key> kept = deployments.stream().map(deployment -> Key.of(deployment, settings)).collect(Collectors.toSet());
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
