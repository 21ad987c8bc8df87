package io.dromedary.upstream;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;

import io.dromedary.client.UpstreamFailed;
import io.dromedary.json.Json;
import io.dromedary.json.ObjectEdit;
import io.dromedary.json.ObjectFields;
import io.dromedary.json.TokenUsage;
import io.dromedary.model.Deployment;
import io.dromedary.model.Endpoint;
import io.dromedary.model.Endpoint.Answer;

/**
 * A whole answer, checked and ready for the client.
 *
 * @param status for the client
 * @param type   its content type
 * @param body   its bytes
 * @param tokens those that it says were used
 */
public record PlainAnswer(int status, String type, byte[] body, OptionalLong tokens) {

    private static final String JSON_TYPE = "application/json";
    private static final String ANY_TYPE = "application/octet-stream";
    /** The bytes of an empty text in JSON. */
    private static final int EMPTY_TEXT = 2;

    private PlainAnswer(int status, String type, byte[] body) {
        this(status, type, body, OptionalLong.empty());
    }

    /**
     * Checks the body of a 2xx answer and gives it the model name that the client used.
     *
     * @param type  the content type that it came with
     * @param model the name for the client
     * @throws UpstreamFailed if it is empty, not what was asked for, or an error in spite of its status
     */
    public static PlainAnswer check(byte[] body, int status, String type, Endpoint endpoint, String model,
            Deployment deployment) {
        if (body.length == 0) {
            throw UpstreamFailed.unreadable("the answer is empty");
        }
        if (endpoint.answer() == Answer.OPAQUE) {
            refuseError(body, type, endpoint, deployment);
            // What it has cost in tokens cannot be guessed from the bytes of an image or of a voice.
            return new PlainAnswer(status, type.isEmpty() ? ANY_TYPE : type, body, OptionalLong.of(0));
        }
        try {
            if (isArray(body) && (endpoint.answer() == Answer.COMPLETION || endpoint.answer() == Answer.JSON)) {
                Json.requireValid(body); // llama-server answers a list of prompts so, and some rerankers
                return new PlainAnswer(status, JSON_TYPE, body);
            }
            return object(body, status, endpoint, model, deployment);
        } catch (IOException e) {
            throw UpstreamFailed.unreadable("the answer is not JSON");
        }
    }

    /** An opaque answer is not looked into, but for an error object that says by itself that it is JSON. */
    private static void refuseError(byte[] body, String type, Endpoint endpoint, Deployment deployment) {
        if (!type.toLowerCase(Locale.ROOT).contains("json")) {
            return;
        }
        try {
            refuseError(body, ObjectFields.read(body, Set.of()), endpoint, deployment);
        } catch (IOException e) {
            // A list, or JSON line by line: no error object.
        }
    }

    private static void refuseError(byte[] body, ObjectFields fields, Endpoint endpoint, Deployment deployment)
            throws IOException {
        ObjectFields.Field error = fields.find("error").orElse(null);
        if (error != null && isError(error, endpoint.answer())) {
            JsonNode node = Json.tree(Arrays.copyOfRange(body, error.value(), error.end()));
            UpstreamError inside = UpstreamError.of(node, deployment);
            throw ErrorClassifier.classify(inside.number(), inside, endpoint, deployment, OptionalLong.empty());
        }
    }

    /** In answers of any form, a field of that name may also say that there was none: false, 0, an empty text. */
    private static boolean isError(ObjectFields.Field error, Answer kind) {
        return switch (kind) {
            case JSON, OPAQUE -> error.kind() == JsonToken.START_OBJECT
                    || error.kind() == JsonToken.VALUE_STRING && error.end() - error.value() > EMPTY_TEXT;
            default -> error.kind() != JsonToken.VALUE_NULL;
        };
    }

    private static PlainAnswer object(byte[] body, int status, Endpoint endpoint, String model, Deployment deployment)
            throws IOException {
        ObjectFields fields = ObjectFields.read(body, Set.of());
        refuseError(body, fields, endpoint, deployment);
        switch (endpoint.answer()) {
            case CHAT, COMPLETION -> requireList(fields, "choices");
            case EMBEDDING -> requireList(fields, "data");
            default -> { }
        }
        ObjectEdit edit = new ObjectEdit(body, fields);
        // In an answer of any form, what is called so and is no text may be something else.
        if (fields.find("model").filter(field -> endpoint.answer() != Answer.JSON
                || field.kind() == JsonToken.VALUE_STRING).isPresent()) {
            edit.set("model", Json.literal(model));
        }
        return new PlainAnswer(status, JSON_TYPE, edit.apply(), tokens(body, fields));
    }

    private static void requireList(ObjectFields fields, String name) {
        ObjectFields.Field list = fields.find(name).orElse(null);
        if (list == null || list.kind() != JsonToken.START_ARRAY || list.items().count() == 0) {
            throw UpstreamFailed.unreadable("the answer has no " + name);
        }
    }

    private static OptionalLong tokens(byte[] body, ObjectFields fields) throws IOException {
        ObjectFields.Field usage = fields.find("usage").filter(field -> field.kind() == JsonToken.START_OBJECT)
                .orElse(null);
        if (usage == null) {
            return OptionalLong.empty();
        }
        try (JsonParser parser = Json.parser(body, usage.value(), usage.end() - usage.value())) {
            parser.nextToken();
            long total = TokenUsage.total(parser);
            return total > 0 ? OptionalLong.of(total) : OptionalLong.empty();
        }
    }

    private static boolean isArray(byte[] body) {
        int first = 0;
        while (first < body.length
                && (body[first] == ' ' || body[first] == '\n' || body[first] == '\r' || body[first] == '\t')) {
            first++;
        }
        return first < body.length && body[first] == '[';
    }
}
