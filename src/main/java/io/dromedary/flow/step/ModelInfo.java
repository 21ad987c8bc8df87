package io.dromedary.flow.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.apache.camel.Exchange;

import io.dromedary.client.ApiError;
import io.dromedary.client.ClientKey;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.key.KeyScope;
import io.dromedary.model.Deployment;

/**
 * {@code GET /model/info}: each deployment with its {@code model_info}, in LiteLLM's shape. No key is in it, and an
 * address only if {@code gateway.answer.api-base} is on: LiteLLM tells both to whoever has the key.
 */
public final class ModelInfo extends GatewayStep {

    private static final List<String> SECRETS = List.of("api_key", "apikey", "secret", "password", "credential");
    private static final Set<String> ADDRESSES = Set.of("api_base", "base_url");

    @Override
    public void process(Exchange exchange) {
        String id = ExchangeProperties.call(exchange).request().getParam("litellm_model_id");
        List<Object> data = new ArrayList<>();
        KeyScope scope = ClientKey.scopeOf(ExchangeProperties.call(exchange).request());
        gateway().catalogue().deployments().stream()
                .filter(deployment -> scope.allows(deployment.group(), gateway().catalogue()))
                .filter(deployment -> id == null || deployment.id().equals(id))
                .forEach(deployment -> data.add(entry(deployment)));
        if (id != null && data.isEmpty()) {
            throw ApiError.badRequest("model_not_found", "litellm_model_id", "There is no deployment with that id");
        }
        exchange.getMessage().setBody(Map.of("data", data));
    }

    private Map<String, Object> entry(Deployment deployment) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("model", deployment.rawModel());
        params.put("custom_llm_provider", deployment.provider());
        if (gateway().answers().tellApiBase()) {
            params.put("api_base", deployment.baseUrl());
        }
        Map<String, Object> info = new LinkedHashMap<>(deployment.info());
        info.keySet().removeIf(this::isNotToBeTold);
        info.put("id", deployment.id());
        info.put("db_model", false);
        info.putIfAbsent("litellm_provider", deployment.provider());
        info.putIfAbsent("mode", deployment.embeddingOnly() ? "embedding" : "chat");
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("model_name", deployment.group());
        entry.put("litellm_params", params);
        entry.put("model_info", info);
        return entry;
    }

    /** {@code model_info} may hold anything that its author found useful. */
    private boolean isNotToBeTold(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return SECRETS.stream().anyMatch(lower::contains)
                || ADDRESSES.contains(lower) && !gateway().answers().tellApiBase();
    }
}
