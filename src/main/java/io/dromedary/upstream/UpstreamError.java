package io.dromedary.upstream;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;

import io.dromedary.json.Json;
import io.dromedary.model.Deployment;
import io.dromedary.upstream.UpstreamPhrases.Meaning;

/**
 * What an upstream said of an error, in whatever shape it said it: OpenAI's envelope, llama-server's with a number for
 * a code, FastAPI's {@code detail}, a bare text. The deployment's key, headers and address are blotted out of it.
 *
 * @param message for people; may be empty
 * @param type    OpenAI's type, or null
 * @param code    OpenAI's code as text, or null; a number is no code of OpenAI's
 * @param param   the field that is meant, or null
 * @param number  the status that the error itself names, or 0
 */
public record UpstreamError(String message, String type, String code, String param, int number) {

    private static final int LONGEST_MESSAGE = 2000;

    /** Reads a body that came with an error status, or that holds an error object. */
    public static UpstreamError read(byte[] body, Deployment deployment) {
        try {
            JsonNode root = Json.tree(body);
            if (root != null && root.isObject()) {
                return of(root.has("error") ? root.get("error") : root, deployment);
            }
        } catch (IOException e) {
            // no JSON: taken as text below
        }
        String text = new String(body, StandardCharsets.UTF_8).strip();
        return new UpstreamError(text.startsWith("<") ? "" : clean(text, deployment), null, null, null, 0);
    }

    /** Reads the error object itself. */
    static UpstreamError of(JsonNode error, Deployment deployment) {
        if (error.isTextual()) {
            return new UpstreamError(clean(error.asText(), deployment), null, null, null, 0);
        }
        JsonNode code = error.path("code");
        int number = code.isInt() ? code.asInt() : 0;
        String message = firstText(error, "message", "msg", "detail", "error");
        if (message.isEmpty() && error.has("detail")) {
            message = error.get("detail").toString();
        }
        return new UpstreamError(clean(message, deployment), cleanOrNull(error, "type", deployment),
                code.asText().isBlank() ? null : cleanOrNull(error, "code", deployment),
                cleanOrNull(error, "param", deployment), number);
    }

    /** Whether it says that the prompt does not fit into the model's context. */
    public boolean contextOverflow() {
        return "context_length_exceeded".equals(code) || UpstreamPhrases.say(Meaning.TOO_LONG, number, message);
    }

    /** Whether it says that the provider does not want to see such a prompt. */
    public boolean contentPolicy() {
        return "content_policy_violation".equals(code) || "content_filter".equals(code)
                || UpstreamPhrases.say(Meaning.REFUSED_BY_POLICY, number, message);
    }

    private static String firstText(JsonNode node, String... names) {
        for (String name : names) {
            Optional<String> text = text(node, name);
            if (text.isPresent()) {
                return text.get();
            }
        }
        return "";
    }

    private static Optional<String> text(JsonNode node, String name) {
        return node.path(name).isTextual() ? Optional.of(node.get(name).asText()) : Optional.empty();
    }

    private static String cleanOrNull(JsonNode error, String name, Deployment deployment) {
        return text(error, name).map(text -> clean(text, deployment)).orElse(null);
    }

    /** Blots first and cuts then: half a key is too much of it. */
    private static String clean(String text, Deployment deployment) {
        String clean = text;
        if (deployment.apiKey() != null) {
            clean = clean.replace(deployment.apiKey().reveal(), "***");
        }
        for (String header : deployment.extraHeaders().values()) {
            clean = header.isBlank() ? clean : clean.replace(header, "***");
        }
        URI upstream = URI.create(deployment.baseUrl());
        clean = clean.replace(upstream.getAuthority(), "upstream").replace(upstream.getHost(), "upstream");
        return clean.length() > LONGEST_MESSAGE ? clean.substring(0, LONGEST_MESSAGE) + "..." : clean;
    }
}
