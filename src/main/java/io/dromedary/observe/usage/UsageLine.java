package io.dromedary.observe.usage;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

import io.dromedary.json.Json;
import io.dromedary.model.Prices;

/**
 * A line of the file of hourly totals: what one model, key and deployment have used together in one hour. Amounts are
 * texts, since a JSON number is a binary one to most readers.
 *
 * @param hour its beginning
 */
record UsageLine(Instant hour, UsageKey key, Usage usage) {

    private static final int LONGEST_NAME = 512;
    private static final int MOST_DIGITS = 200;

    /** The line, with its line feed. */
    byte[] bytes() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("hour", hour.toString());
        fields.put("model", key.model());
        fields.put("key", key.key());
        fields.put("deployment", key.deployment());
        fields.put("requests", usage.requests());
        fields.put("failed", usage.failed());
        fields.put("client_gone", usage.gone());
        fields.put("prompt_tokens", usage.prompt());
        fields.put("completion_tokens", usage.completion());
        fields.put("cached_tokens", usage.cached());
        fields.put("reasoning_tokens", usage.reasoning());
        fields.put("estimated_requests", usage.estimatedRequests());
        fields.put("estimated_tokens", usage.estimatedTokens());
        fields.put("cost", Prices.text(usage.cost()));
        fields.put("estimated_cost", Prices.text(usage.estimatedCost()));
        fields.put("unpriced_requests", usage.unpriced());
        byte[] json = Json.bytes(fields);
        byte[] line = new byte[json.length + 1];
        System.arraycopy(json, 0, line, 0, json.length);
        line[json.length] = '\n';
        return line;
    }

    /**
     * Reads a line.
     *
     * @throws IOException if it is none
     */
    static UsageLine read(byte[] line) throws IOException {
        JsonNode fields = Json.tree(line);
        try {
            return new UsageLine(Instant.parse(fields.path("hour").asText()),
                    new UsageKey(name(fields, "model"), name(fields, "key"), name(fields, "deployment")),
                    new Usage(count(fields, "requests"), count(fields, "failed"), count(fields, "client_gone"),
                    count(fields, "prompt_tokens"), count(fields, "completion_tokens"),
                    count(fields, "cached_tokens"), count(fields, "reasoning_tokens"),
                    count(fields, "estimated_requests"), count(fields, "estimated_tokens"), amount(fields, "cost"),
                    amount(fields, "estimated_cost"), count(fields, "unpriced_requests")));
        } catch (DateTimeException e) {
            throw new IOException("it has no hour");
        }
    }

    private static String name(JsonNode fields, String name) throws IOException {
        JsonNode text = fields.path(name);
        if (!text.isTextual() || text.asText().length() > LONGEST_NAME) {
            throw new IOException("it has no " + name);
        }
        return text.asText();
    }

    private static long count(JsonNode fields, String name) throws IOException {
        JsonNode number = fields.path(name);
        if (!number.isIntegralNumber() || !number.canConvertToLong() || number.asLong() < 0) {
            throw new IOException("it has no " + name);
        }
        return number.asLong();
    }

    private static BigDecimal amount(JsonNode fields, String name) throws IOException {
        String text = fields.path(name).asText();
        if (text.length() > MOST_DIGITS || !text.matches("\\d+(\\.\\d+)?")) {
            throw new IOException("it has no " + name);
        }
        return new BigDecimal(text);
    }
}
