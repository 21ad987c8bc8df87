package io.dromedary.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

import io.dromedary.json.Json;

/** Answers an embedding request with vectors that count letters: the same text has the same vector, and that is all. */
public final class DemoEmbedding implements Processor {

    private static final int DIMENSIONS = 8;

    @Override
    public void process(Exchange exchange) throws IOException {
        JsonNode request = Json.tree(exchange.getMessage().getBody(byte[].class));
        JsonNode input = request.path("input");
        List<Object> data = new ArrayList<>();
        for (JsonNode text : input.isArray() ? input : List.of(input)) {
            data.add(Map.of("object", "embedding", "index", data.size(), "embedding", vector(text.asText())));
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("object", "list");
        answer.put("model", request.path("model").asText("demo"));
        answer.put("data", data);
        answer.put("usage", Map.of("prompt_tokens", data.size(), "total_tokens", data.size()));
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.getMessage().setBody(Json.bytes(answer));
    }

    private static List<Double> vector(String text) {
        double[] counts = new double[DIMENSIONS];
        text.chars().forEach(letter -> counts[letter % DIMENSIONS]++);
        List<Double> vector = new ArrayList<>();
        for (double count : counts) {
            vector.add(count / Math.max(1, text.length()));
        }
        return vector;
    }
}
