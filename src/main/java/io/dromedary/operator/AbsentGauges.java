package io.dromedary.operator;

import io.dromedary.observe.metrics.MeterBook;

/**
 * What LiteLLM's dashboards ask for and this gateway has not, so that their panels show nothing happening in place of
 * no data: caches and guardrails that did nothing.
 */
final class AbsentGauges {

    private AbsentGauges() {
    }

    static void register(MeterBook book) {
        for (String name : new String[] {"litellm_cache_hits_metric", "litellm_cache_misses_metric",
            "litellm_cached_tokens_metric"}) {
            book.counted(name, "Always 0: the gateway keeps no answers", tell ->
                    tell.accept(0.0, new String[] {"None"}), "model");
        }
        for (String name : new String[] {"litellm_guardrail_requests", "litellm_guardrail_errors"}) {
            book.counted(name, "Always 0: what guards requests are steps of routes", tell ->
                    tell.accept(0.0, new String[] {"None", "None", "None"}), "guardrail_name", "status", "hook_type");
        }
    }
}
