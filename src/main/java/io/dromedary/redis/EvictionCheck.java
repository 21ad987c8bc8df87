package io.dromedary.redis;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;

import io.dromedary.log.GatewayLog;
import io.dromedary.model.RedisAddress;

/**
 * Warns of a Redis that throws away what is not used when its memory is full: counters thrown away are limits
 * forgotten. Asked at each connection, told once.
 */
final class EvictionCheck {

    private static final GatewayLog LOG = GatewayLog.of(EvictionCheck.class);
    private static final String KEEPS = "noeviction";

    private final RedisAddress address;
    private final AtomicBoolean told = new AtomicBoolean();

    EvictionCheck(RedisAddress address) {
        this.address = address;
    }

    /** Asks with INFO, which more servers allow than CONFIG. One that allows neither is not warned of. */
    void look(RedisConnection connection) {
        if (told.get()) {
            return;
        }
        connection.send(Request.cmd(Command.INFO).arg("memory")).onSuccess(info -> {
            String text = info == null ? "" : info.toString();
            String policy = field(text, "maxmemory_policy").orElse(KEEPS);
            boolean bounded = !field(text, "maxmemory").orElse("0").equals("0");
            if (bounded && !policy.equals(KEEPS) && told.compareAndSet(false, true)) {
                LOG.warn("Redis at {} has maxmemory-policy {}: when its memory is full it forgets what keys have used, "
                        + "and limits with it. Set maxmemory-policy noeviction, or give the gateways a Redis of their "
                        + "own", address.told(), policy);
            }
        });
    }

    private static Optional<String> field(String info, String name) {
        return info.lines().filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).trim()).findFirst();
    }
}
