package io.dromedary.request;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.json.Json;
import io.dromedary.json.JsonWalk;

/**
 * The texts that a person or a program has written into a request: every string under {@code messages}, {@code prompt},
 * {@code suffix}, {@code input}, {@code system}, {@code instructions}, {@code prediction}, {@code tools} and
 * {@code fallbacks}, arguments and results of tools included. Left out are images, audio and files, which travel as
 * text too (data URLs, and the fields {@code data} and {@code file_data}), and the names of fields.
 */
public final class PromptTexts {

    private static final String[] HOLD_TEXTS = {"messages", "prompt", "suffix", "input", "system", "instructions",
        "prediction", "tools", "fallbacks"};
    private static final String ARGUMENTS = "arguments";
    /** The fields whose text is no prompt, or JSON in a text. */
    private static final String[] SPECIAL = {"data", "file_data", "url", ARGUMENTS};

    /** In which "data:" stands, be each character of it an escape. */
    private static final int LONGEST_SCHEME = 30;

    private PromptTexts() {
    }

    /**
     * Puts what {@code change} makes of each text in its place; all other bytes stay as they are.
     *
     * @return the array itself where nothing changes
     * @throws IOException if {@code json} is no JSON
     */
    public static byte[] change(byte[] json, UnaryOperator<String> change) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(0);
        int from = 0;
        boolean texts = false;
        JsonWalk walk = JsonWalk.over(json);
        String field = "";
        for (JsonToken token = walk.next(); token != null; token = walk.next()) {
            if (token == JsonToken.FIELD_NAME) {
                texts = walk.depth() == 1 ? !walk.name(HOLD_TEXTS).isEmpty() : texts;
                field = walk.name(SPECIAL);
                continue;
            }
            if (texts && token == JsonToken.VALUE_STRING && !isBytes(walk, field)) {
                String text = walk.text();
                String changed = change.apply(field.equals(ARGUMENTS) ? unescaped(text) : text);
                if (!changed.equals(text)) {
                    out.write(json, from, walk.start() - from);
                    out.writeBytes(Json.literal(changed));
                    from = walk.end();
                }
            }
            field = ""; // an array's items have no name
        }
        if (from == 0) {
            return json;
        }
        out.write(json, from, json.length - from);
        return out.toByteArray();
    }

    /**
     * A tool's arguments are JSON in a text: its escapes would hide what is written there, so they are resolved. A
     * model's arguments may be cut off: then they are left as they are.
     */
    private static String unescaped(String arguments) {
        if (!arguments.contains("\\u")) {
            return arguments;
        }
        byte[] json = arguments.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(json.length);
        int from = 0;
        try {
            JsonWalk walk = JsonWalk.over(json);
            for (JsonToken token = walk.next(); token != null; token = walk.next()) {
                if (token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME) {
                    out.write(json, from, walk.start() - from);
                    out.writeBytes(Json.literal(walk.text()));
                    from = walk.end();
                }
            }
        } catch (IOException e) {
            return arguments;
        }
        out.write(json, from, json.length - from);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static boolean isBytes(JsonWalk walk, String field) {
        return switch (field) {
            case "data", "file_data" -> true;
            case "url" -> walk.beginning(LONGEST_SCHEME).startsWith("data:");
            default -> false;
        };
    }
}
