package io.dromedary.ledger;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

import io.dromedary.json.Json;

/**
 * What was spent of one budget in one window; a line of the file of budgets.
 *
 * @param account        whose budget it is
 * @param limit          the name of the budget among the limits of its account
 * @param windowBeginsMs when the window began, in ms since 1970
 * @param micros         in millionths of a US dollar
 */
record Spend(String account, String limit, long windowBeginsMs, long micros) {

    private static final int LONGEST_NAME = 1024;

    /** The line, with its line feed. */
    byte[] line() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("account", account);
        fields.put("limit", limit);
        fields.put("window", Instant.ofEpochMilli(windowBeginsMs).toString());
        fields.put("micro_usd", micros);
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
    static Spend read(byte[] line) throws IOException {
        JsonNode fields = Json.tree(line);
        JsonNode micros = fields.path("micro_usd");
        if (!micros.canConvertToLong() || micros.asLong() < 0) {
            throw new IOException("it has no micro_usd");
        }
        try {
            return new Spend(name(fields, "account"), name(fields, "limit"),
                    Instant.parse(fields.path("window").asText()).toEpochMilli(), micros.asLong());
        } catch (DateTimeException | ArithmeticException e) {
            throw new IOException("it has no window");
        }
    }

    private static String name(JsonNode fields, String name) throws IOException {
        JsonNode text = fields.path(name);
        if (!text.isTextual() || text.asText().length() > LONGEST_NAME) {
            throw new IOException("it has no " + name);
        }
        return text.asText();
    }
}
