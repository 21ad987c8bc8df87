package io.dromedary.flow.step;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.camel.Exchange;

import io.dromedary.client.ClientCall;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.key.VirtualKey;
import io.dromedary.redis.RedisStatus;
import io.dromedary.settings.GatewayVersion;

/**
 * {@code GET /health/readiness} with LiteLLM's fields; {@code litellm_version} carries this gateway's version.
 * {@code overdue_steps} is how many requests have their answer while a step, which takes too long, still works on them.
 * {@code redis}, where gateways share one, says whether it is there; the gateway is ready without it.
 * After a reload that failed, {@code not_reloaded} tells who has the key why, and everybody else that it failed: files,
 * models and variables are nobody else's to know. The gateway is ready all the same.
 */
public final class Readiness extends GatewayStep {

    private static final List<String> KEYLESS =
            List.of("The changed files are not served. Ask with the key to be told why, or read the log");

    @Override
    public void process(Exchange exchange) {
        Map<String, Object> ready = new LinkedHashMap<>();
        ready.put("status", "healthy");
        ready.put("db", "Not connected");
        ready.put("cache", gateway().caching().place().orElse(null));
        ready.put("litellm_version", GatewayVersion.get());
        ready.put("success_callbacks", List.of());
        ready.put("use_aiohttp_transport", false);
        ready.put("overdue_steps", gateway().overdue().count());
        gateway().redis().ifPresent(redis -> ready.put("redis", isOperator(ExchangeProperties.call(exchange))
                ? told(redis.status()) : redis.isUp() ? "up" : "away"));
        gateway().reloading().ifPresent(reloading -> {
            ready.put("generation", reloading.generation());
            if (!reloading.problems().isEmpty()) {
                ready.put("not_reloaded",
                        isOperator(ExchangeProperties.call(exchange)) ? reloading.problems() : KEYLESS);
            }
        });
        exchange.getMessage().setBody(ready);
    }

    private static Map<String, Object> told(RedisStatus status) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("state", status.up() ? "up" : "away");
        told.put("since", Instant.ofEpochMilli(status.sinceMs()).toString());
        told.put("reason", status.reason());
        told.put("server", status.server());
        return told;
    }

    private boolean isOperator(ClientCall call) {
        return gateway().keys().check(call.request()::getHeader).key() == VirtualKey.MASTER;
    }
}
