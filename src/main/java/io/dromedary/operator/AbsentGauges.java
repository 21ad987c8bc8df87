package io.dromedary.operator;

import io.dromedary.observe.metrics.MeterBook;

/**
 * What LiteLLM's dashboards ask for and this gateway has not, so that their panels show nothing happening in place of
 * no data: guardrails that did nothing.
 */
final class AbsentGauges {

    private AbsentGauges() {
    }

    static void register(MeterBook book) {
        book.counted("litellm_cached_tokens_metric", "Always 0: an answer from the cache is no tokens", tell ->
                tell.accept(0.0, new String[] {"None"}), "model");
        for (String name : new String[] {"litellm_guardrail_requests", "litellm_guardrail_errors"}) {
            book.counted(name, "Always 0: what guards requests are steps of routes", tell ->
                    tell.accept(0.0, new String[] {"None", "None", "None"}), "guardrail_name", "status", "hook_type");
        }
    }
}
