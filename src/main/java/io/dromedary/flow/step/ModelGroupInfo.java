package io.dromedary.flow.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.apache.camel.Exchange;

import io.dromedary.client.ClientKey;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.key.KeyScope;
import io.dromedary.model.Deployment;

/**
 * {@code GET /model_group/info}: each model with what its deployments have together, in LiteLLM's shape, or the one
 * that {@code model_group} names. Nothing of it is guessed: what {@code model_info} does not say is null or false.
 */
public final class ModelGroupInfo extends GatewayStep {

    private static final List<String> ALWAYS_TOLD = List.of("supports_parallel_function_calling", "supports_vision",
            "supports_web_search", "supports_url_context", "supports_reasoning", "supports_function_calling");

    /** @throws io.dromedary.client.ApiError 404 if nobody serves the model that is named */
    @Override
    public void process(Exchange exchange) {
        String one = ExchangeProperties.call(exchange).request().getParam("model_group");
        KeyScope scope = ClientKey.scopeOf(ExchangeProperties.call(exchange).request());
        if (one != null && (gateway().catalogue().serving(one).isEmpty()
                || !scope.allows(one, gateway().catalogue()))) {
            throw UnknownModel.error(one, gateway().config(), scope);
        }
        Set<String> names = one == null ? gateway().catalogue().modelNames() : Set.of(one);
        List<Object> data = new ArrayList<>();
        names.stream().filter(name -> scope.allows(name, gateway().catalogue())).forEach(name ->
                data.add(entry(name, gateway().catalogue().serving(name))));
        exchange.getMessage().setBody(Map.of("data", data));
    }

    private static Map<String, Object> entry(String name, List<Deployment> deployments) {
        GroupFacts facts = GroupFacts.of(deployments);
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("model_group", name);
        entry.put("providers", facts.providers());
        for (String number : List.of("max_input_tokens", "max_output_tokens", "input_cost_per_token",
                "output_cost_per_token")) {
            entry.put(number, facts.most(number));
        }
        entry.put("mode", facts.text("mode").orElse("chat"));
        entry.put("tpm", facts.sum(deployment -> deployment.share().tpm()));
        entry.put("rpm", facts.sum(deployment -> deployment.share().rpm()));
        ALWAYS_TOLD.forEach(what -> entry.put(what, false));
        entry.putAll(facts.supports());
        entry.put("supported_openai_params", List.of());
        return entry;
    }
}
