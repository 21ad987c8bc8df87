package io.dromedary.flow.step;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.camel.Exchange;

import io.dromedary.settings.GatewayVersion;

/** {@code GET /}: what this is and where to read on. */
public final class ServiceInfo extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        Map<String, Object> welcome = new LinkedHashMap<>();
        welcome.put("name", "Dromedary");
        welcome.put("description", "An OpenAI-compatible LLM gateway made of Apache Camel routes");
        welcome.put("version", GatewayVersion.get());
        welcome.put("endpoints", List.of("POST /v1/chat/completions", "POST /v1/completions", "POST /v1/embeddings",
                "GET /v1/models", "GET /v1/model/info", "GET /model_group/info", "GET /health",
                "GET /health/readiness",
                "GET /health/liveliness"));
        welcome.put("documentation", gateway().settings().text("gateway.documentation"));
        exchange.getMessage().setBody(welcome);
    }
}
