package io.dromedary.flow.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.apache.camel.Exchange;

import io.dromedary.client.ApiError;
import io.dromedary.client.ClientCall;
import io.dromedary.client.ClientKey;
import io.dromedary.dialect.messages.AnthropicModelList;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.key.KeyScope;
import io.dromedary.model.Deployment;

/**
 * {@code GET /v1/models}: every name that the client's key may use, with what {@code model_info} says of it: its
 * context, what it supports, what it is for, its name for people. Understands LiteLLM's {@code include_metadata},
 * {@code fallback_type} and {@code return_wildcard_routes}.
 */
public final class ModelList extends GatewayStep {

    private static final Set<String> FALLBACK_TYPES = Set.of("general", "context_window", "content_policy");
    /** LiteLLM's own constant: a model here has no birthday. */
    static final long CREATED = 1677610602L;

    @Override
    public void process(Exchange exchange) {
        ClientCall call = ExchangeProperties.call(exchange);
        String type = call.request().getParam("fallback_type");
        if (type != null && !FALLBACK_TYPES.contains(type)) {
            throw ApiError.badRequest("invalid_value", "fallback_type",
                    "fallback_type must be general, context_window or content_policy");
        }
        boolean metadata = "true".equalsIgnoreCase(call.request().getParam("include_metadata"));
        Set<String> names = new LinkedHashSet<>(gateway().catalogue().modelNames());
        if ("true".equalsIgnoreCase(call.request().getParam("return_wildcard_routes"))) {
            names.addAll(gateway().catalogue().patterns());
        }
        KeyScope scope = ClientKey.scopeOf(call.request());
        names.removeIf(name -> !scope.allows(name, gateway().catalogue()));
        names.addAll(scope.aliases().keySet());
        List<Object> data = new ArrayList<>();
        for (String name : names) {
            Map<String, Object> model = model(name, "openai", gateway().catalogue().serving(scope.meant(name)));
            if (metadata) {
                boolean general = type == null || type.equals("general");
                model.put("metadata",
                        Map.of("fallbacks", general ? fallbacks(scope, name) : List.of()));
            }
            data.add(model);
        }
        if (call.request().getHeader("anthropic-version") != null) {
            exchange.getMessage().setBody(AnthropicModelList.bytes(names.stream()
                    .map(name -> anthropic(name, scope)).toList()));
            return;
        }
        Map<String, Object> list = new LinkedHashMap<>();
        list.put("data", data);
        list.put("object", "list");
        exchange.getMessage().setBody(list);
    }

    private List<String> fallbacks(KeyScope scope, String name) {
        return gateway().catalogue().fallbacksOf(scope.meant(name)).stream()
                .filter(standIn -> scope.allows(standIn, gateway().catalogue())).toList();
    }

    private AnthropicModelList.Model anthropic(String name, KeyScope scope) {
        GroupFacts facts = GroupFacts.of(gateway().catalogue().serving(scope.meant(name)));
        return new AnthropicModelList.Model(name, facts.text("display_name").orElse(name), CREATED);
    }

    static Map<String, Object> model(String name, String owner, List<Deployment> deployments) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("id", name);
        model.put("object", "model");
        model.put("created", CREATED);
        model.put("owned_by", owner);
        GroupFacts facts = GroupFacts.of(deployments);
        facts.text("display_name").ifPresent(text -> model.put("display_name", text));
        facts.text("mode").ifPresent(text -> model.put("mode", text));
        Number context = facts.most("context_length");
        Number input = context == null ? facts.most("max_input_tokens") : context;
        if (input != null) {
            model.put("context_length", input);
        }
        model.putAll(facts.supports());
        return model;
    }
}
