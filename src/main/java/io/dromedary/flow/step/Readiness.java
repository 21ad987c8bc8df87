package io.dromedary.flow.step;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.camel.Exchange;

import io.dromedary.settings.GatewayVersion;

/** {@code GET /health/readiness} with LiteLLM's fields; {@code litellm_version} carries this gateway's version.
 * {@code overdue_steps} is how many requests have their answer while a step, which takes too long, still works on them.
 * After a reload that failed, {@code not_reloaded} says why; the gateway is ready all the same. */
public final class Readiness extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        Map<String, Object> ready = new LinkedHashMap<>();
        ready.put("status", "healthy");
        ready.put("db", "Not connected");
        ready.put("cache", null);
        ready.put("litellm_version", GatewayVersion.get());
        ready.put("success_callbacks", List.of());
        ready.put("use_aiohttp_transport", false);
        ready.put("overdue_steps", gateway().overdue().count());
        gateway().reloading().ifPresent(reloading -> {
            ready.put("generation", reloading.generation());
            if (!reloading.problems().isEmpty()) {
                ready.put("not_reloaded", reloading.problems());
            }
        });
        exchange.getMessage().setBody(ready);
    }
}
