package io.dromedary.request;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.json.Json;

/**
 * The texts that a person or a program has written into a request: every string under {@code messages}, {@code prompt},
 * {@code suffix}, {@code input}, {@code system}, {@code instructions}, {@code prediction}, {@code tools} and
 * {@code fallbacks}, arguments and results of tools included. Left out are images, audio and files, which travel as
 * text too (data URLs, and the fields {@code data} and {@code file_data}), and the names of fields.
 */
public final class PromptTexts {

    private static final Set<String> HOLD_TEXTS =
            Set.of("messages", "prompt", "suffix", "input", "system", "instructions", "prediction",
            "tools", "fallbacks");
    private static final Set<String> HOLD_BYTES = Set.of("data", "file_data");

    private PromptTexts() {
    }

    /**
     * Puts what {@code change} makes of each text in its place; all other bytes stay as they are.
     *
     * @return the array itself where nothing changes
     * @throws IOException if {@code json} is no JSON
     */
    public static byte[] change(byte[] json, UnaryOperator<String> change) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(json.length + 256);
        int from = 0;
        Deque<JsonToken> open = new ArrayDeque<>();
        boolean texts = false;
        try (JsonParser parser = Json.parser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isStructStart()) {
                    open.push(token);
                } else if (token.isStructEnd()) {
                    open.pop();
                } else if (token == JsonToken.FIELD_NAME && open.size() == 1) {
                    texts = HOLD_TEXTS.contains(parser.currentName());
                } else if (texts && token == JsonToken.VALUE_STRING && !isBytes(parser)) {
                    String text = parser.getText();
                    String changed = change.apply("arguments".equals(parser.currentName()) ? unescaped(text) : text);
                    if (!changed.equals(text)) {
                        int start = (int) parser.currentTokenLocation().getByteOffset();
                        out.write(json, from, start - from);
                        out.writeBytes(Json.literal(changed));
                        // The parser stands behind a string once its text has been asked for.
                        from = (int) parser.currentLocation().getByteOffset();
                    }
                }
            }
        }
        if (from == 0) {
            return json;
        }
        out.write(json, from, json.length - from);
        return out.toByteArray();
    }

    /** A tool's arguments are JSON in a text: its escapes would hide what is written there. */
    private static String unescaped(String arguments) {
        if (!arguments.contains("\\u")) {
            return arguments;
        }
        try {
            return new String(Json.bytes(Json.tree(arguments.getBytes(StandardCharsets.UTF_8))),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            return arguments; // a model's arguments may be cut off
        }
    }

    private static boolean isBytes(JsonParser parser) throws IOException {
        String name = parser.currentName();
        return name != null && HOLD_BYTES.contains(name) || "url".equals(name) && parser.getText().startsWith("data:");
    }
}
