package io.dromedary.redis.ledger;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Closeable;
import java.util.List;
import java.util.Optional;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

import io.dromedary.harness.RedisServer;
import io.dromedary.model.RedisAddress;
import io.dromedary.redis.RedisLink;

/** A Redis of the system's, and a gateway's connections to it on two event loops. */
final class ConnectedRedis implements Closeable {

    private static final int EVENT_LOOPS = 2;

    private final RedisServer server;
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(EVENT_LOOPS));
    private final RedisLink link;

    private ConnectedRedis(RedisServer server) {
        this.server = server;
        this.link = new RedisLink(new RedisAddress(List.of(server.host()), false, 0, Optional.empty(),
                Optional.empty(), false, Optional.empty()));
    }

    /** Starts Redis, and waits until the connections are there. */
    static ConnectedRedis start() throws Exception {
        ConnectedRedis redis = new ConnectedRedis(RedisServer.start());
        redis.link.start(redis.vertx, EVENT_LOOPS);
        redis.link.awaitFirstAttempt(10_000);
        assertTrue(redis.link.isUp());
        return redis;
    }

    RedisServer server() {
        return server;
    }

    RedisLink link() {
        return link;
    }

    @Override
    public void close() {
        link.close();
        vertx.close();
        server.close();
    }
}
