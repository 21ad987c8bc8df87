package io.dromedary.upstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestRun;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.dialect.NativeRequest;
import io.dromedary.json.BeyondLimit;
import io.dromedary.json.Json;
import io.dromedary.json.JsonWalk;
import io.dromedary.json.ObjectEdit;
import io.dromedary.json.ObjectFields;
import io.dromedary.json.TokenUsage;
import io.dromedary.model.Endpoint;
import io.dromedary.model.Endpoint.Answer;

/**
 * A whole answer, checked and ready for the client.
 *
 * @param status for the client
 * @param type   its content type
 * @param body   its bytes
 * @param usage  what it says it has cost; empty where it does not say
 */
public record PlainAnswer(int status, String type, byte[] body, Optional<TokenUsage> usage) {

    private static final String JSON_TYPE = "application/json";
    private static final byte[] FINISHED_BADLY = "\"error\"".getBytes(StandardCharsets.US_ASCII);

    private PlainAnswer(int status, String type, byte[] body) {
        this(status, type, body, Optional.empty());
    }

    /**
     * Checks the body of a 2xx answer and gives it the model name that the client used.
     *
     * @param type   the content type that it came with
     * @param errors understands the error that it may hold
     * @throws UpstreamFailed if it is empty, not what was asked for, or an error in spite of its status
     */
    public static PlainAnswer check(byte[] body, int status, String type, RequestRun run, Attempt attempt,
            ErrorClassifier errors) {
        Endpoint endpoint = run.endpoint();
        if (body.length == 0) {
            throw UpstreamFailed.unreadable("the answer is empty");
        }
        if (endpoint.answer() == Answer.OPAQUE) {
            if (type.contains("json")) {
                refuseError(body, status, attempt, errors);
            }
            // What it has cost in tokens cannot be guessed from the bytes of an image or of a voice.
            return new PlainAnswer(status, type.isEmpty() ? "application/octet-stream" : type, body,
                    Optional.of(TokenUsage.NONE));
        }
        try {
            if (isArray(body) && (endpoint.answer() == Answer.COMPLETION || endpoint.answer() == Answer.JSON)) {
                JsonWalk.overAnswer(body).requireEnd(); // llama-server answers a list of prompts so, and some rerankers
                return new PlainAnswer(status, JSON_TYPE, body);
            }
            return attempt.asSent().isPresent() ? inDialect(attempt.asSent().get(), body, status, run, attempt, errors)
                    : object(body, status, run, attempt, errors);
        } catch (BeyondLimit e) {
            throw UpstreamFailed.unreadable("the answer cannot be taken: " + e.getMessage());
        } catch (IOException e) {
            throw UpstreamFailed.unreadable("the answer is not JSON");
        }
    }

    /** The same answer in another dialect. */
    public PlainAnswer with(byte[] told) {
        return new PlainAnswer(status, JSON_TYPE, told, usage);
    }

    /** An opaque answer is not looked into, but for an error object that says by itself that it is JSON. */
    private static void refuseError(byte[] body, int status, Attempt attempt, ErrorClassifier errors) {
        try {
            ObjectFields.Field error = ObjectFields.pickOfAnswer(body, "error").find("error").orElse(null);
            if (error != null && isError(body, error, Answer.OPAQUE)) {
                throw errors.classify(status, UpstreamError.read(body), attempt, OptionalLong.empty());
            }
        } catch (IOException e) {
            // A list, or JSON line by line: no error object.
        }
    }

    /** In answers of any form, a field of that name may also say that there was none: false, 0. */
    private static boolean isError(byte[] body, ObjectFields.Field error, Answer kind) throws IOException {
        boolean may = kind != Answer.JSON && kind != Answer.OPAQUE || error.kind() == JsonToken.START_OBJECT
                || error.kind() == JsonToken.VALUE_STRING;
        return may && !saysNothing(body, error);
    }

    private static PlainAnswer inDialect(NativeRequest asked, byte[] body, int status, RequestRun run, Attempt attempt,
            ErrorClassifier errors) throws IOException {
        ObjectFields fields = ObjectFields.pickOfAnswer(body, "error", "usage");
        ObjectFields.Field error = fields.find("error").orElse(null);
        if (error != null && isError(body, error, Answer.JSON)) {
            throw errors.classify(status, UpstreamError.read(body), attempt, OptionalLong.empty());
        }
        return new PlainAnswer(status, JSON_TYPE, asked.answer(body, run.plan().model()), usage(body, fields));
    }

    private static PlainAnswer object(byte[] body, int status, RequestRun run, Attempt attempt, ErrorClassifier errors)
            throws IOException {
        ObjectFields fields = ObjectFields.pickOfAnswer(body, "error", "choices", "data", "model", "usage");
        ObjectFields.Field error = fields.find("error").orElse(null);
        if (error != null && isError(body, error, run.endpoint().answer())) {
            throw errors.classify(status, UpstreamError.read(body), attempt, OptionalLong.empty());
        }
        switch (run.endpoint().answer()) {
            case CHAT, COMPLETION -> {
                ObjectFields.Field choices = list(fields, "choices");
                if (failed(body, choices)) {
                    throw UpstreamFailed.unreadable("the answer ends with an error, and has no content");
                }
            }
            case EMBEDDING -> list(fields, "data");
            default -> { }
        }
        ObjectEdit edit = new ObjectEdit(body, fields);
        if (fields.find("model").filter(field -> field.kind() == JsonToken.VALUE_STRING).isPresent()) {
            edit.set("model", Json.literal(run.plan().model()));
        }
        return new PlainAnswer(status, JSON_TYPE, edit.apply(), usage(body, fields));
    }

    private static ObjectFields.Field list(ObjectFields fields, String name) {
        ObjectFields.Field list = fields.find(name).orElse(null);
        if (list == null || list.kind() != JsonToken.START_ARRAY || list.items().count() == 0) {
            throw UpstreamFailed.unreadable("the answer has no " + name);
        }
        return list;
    }

    private static boolean saysNothing(byte[] body, ObjectFields.Field error) throws IOException {
        return Json.saysNothing(at(body, error));
    }

    /** A walk that stands at the value. */
    private static JsonWalk at(byte[] body, ObjectFields.Field field) throws IOException {
        JsonWalk walk = JsonWalk.overAnswer(body, field.value(), field.end());
        walk.next();
        return walk;
    }

    /** Whether every choice has the {@code finish_reason} {@code error}, and none has anything else. */
    private static boolean failed(byte[] body, ObjectFields.Field choices) throws IOException {
        if (!contains(body, choices, FINISHED_BADLY)) {
            return false;
        }
        JsonWalk walk = at(body, choices);
        while (walk.next() != JsonToken.END_ARRAY) {
            if (walk.token() != JsonToken.START_OBJECT || !failed(walk)) {
                return false;
            }
        }
        return true;
    }

    private static boolean failed(JsonWalk walk) throws IOException {
        boolean error = false;
        boolean empty = true;
        while (walk.next() == JsonToken.FIELD_NAME) {
            String name = walk.name("finish_reason", "text", "message");
            walk.next();
            switch (name) {
                case "finish_reason" -> error = walk.token() == JsonToken.VALUE_STRING && walk.is("error");
                case "text" -> empty &= !walk.hasText();
                case "message" -> empty &= walk.token() != JsonToken.START_OBJECT || isEmpty(walk);
                default -> { }
            }
            walk.skip();
        }
        return error && empty;
    }

    private static boolean isEmpty(JsonWalk message) throws IOException {
        boolean empty = true;
        while (message.next() == JsonToken.FIELD_NAME) {
            boolean content = !message.name("content", "tool_calls").isEmpty();
            message.next();
            empty &= !content || !Json.isFilled(message);
            message.skip();
        }
        return empty;
    }

    private static boolean contains(byte[] body, ObjectFields.Field part, byte[] word) {
        for (int at = part.value(); at + word.length <= part.end(); at++) {
            if (body[at] == '"' && Arrays.equals(body, at, at + word.length, word, 0, word.length)) {
                return true;
            }
        }
        return false;
    }

    private static Optional<TokenUsage> usage(byte[] body, ObjectFields fields) throws IOException {
        ObjectFields.Field usage = fields.find("usage").filter(field -> field.kind() == JsonToken.START_OBJECT)
                .orElse(null);
        if (usage == null) {
            return Optional.empty();
        }
        return Optional.of(TokenUsage.read(at(body, usage))).filter(TokenUsage::told);
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
