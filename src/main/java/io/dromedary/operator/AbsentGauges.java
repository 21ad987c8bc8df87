package io.dromedary.operator;

import io.dromedary.client.ClientKey;
import io.dromedary.observe.metrics.MeterBook;

/**
 * What LiteLLM's dashboards ask for and this gateway has not, so that their panels show nothing happening in place of
 * no data: guardrails that did nothing, budgets and limits of keys without an end.
 */
final class AbsentGauges {

    private static final String[] KEY = {"hashed_api_key", "api_key_alias"};
    private static final String[] KEY_VALUES = {"None", ClientKey.MASTER};

    private AbsentGauges() {
    }

    static void register(MeterBook book, GatewaySources of) {
        book.counted("litellm_cached_tokens_metric", "Always 0: an answer from the cache is no tokens", tell ->
                tell.accept(0.0, new String[] {"None"}), "model");
        for (String name : new String[] {"litellm_guardrail_requests", "litellm_guardrail_errors"}) {
            book.counted(name, "Always 0: what guards requests are steps of routes", tell ->
                    tell.accept(0.0, new String[] {"None", "None", "None"}), "guardrail_name", "status", "hook_type");
        }
        for (String name : new String[] {"litellm_remaining_api_key_budget_metric",
            "litellm_api_key_max_budget_metric", "litellm_api_key_budget_remaining_hours_metric"}) {
            book.gauge(name, "Always +Inf: the master key has no budget", tell ->
                    tell.accept(Double.POSITIVE_INFINITY, KEY_VALUES), KEY);
        }
        for (String name : new String[] {"litellm_remaining_api_key_requests_for_model",
            "litellm_remaining_api_key_tokens_for_model"}) {
            book.gauge(name, "Always +Inf: the master key has no limits", tell ->
                    of.active().get().catalogue().modelNames().forEach(model -> tell.accept(Double.POSITIVE_INFINITY,
                    new String[] {"None", ClientKey.MASTER, model})), "hashed_api_key", "api_key_alias", "model");
        }
    }
}
