package io.dromedary.request;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.client.ApiError;
import io.dromedary.client.RouteStepError;
import io.dromedary.json.BadJson;
import io.dromedary.json.BeyondLimit;
import io.dromedary.json.ObjectFields;
import io.dromedary.json.PartTypes;
import io.dromedary.model.Endpoint;

/**
 * Reads of a body what the gateway must know, and refuses what no upstream should see: broken JSON, no object, a wrong
 * type where the gateway decides by it, and more of anything than it reads. A model's own rules (which temperature,
 * which tool) are the upstream's to check.
 */
public final class RequestReader {

    /** How many bytes a model's name may have. */
    public static final int LONGEST_MODEL = 512;
    /** What OpenAI takes: each choice of a stream is kept in mind until it has finished. */
    private static final int MOST_CHOICES = 128;
    /** So many times a body is taken while its extra_body is unpacked: that, its values, and what is made of them. */
    private static final long UNPACKING = 3;

    private RequestReader() {
    }

    /**
     * Reads a body, not null, as a request for {@code endpoint}. What is in {@code extra_body} counts as if it stood
     * beside it, and {@link RequestFields#body} has it there.
     *
     * @param mostFields how many fields it may have at its top
     * @param header     gives a request header by its name, or null
     * @param takes      is told how much memory is about to be taken, in bytes; it may throw
     * @throws ApiError 400, with what is wrong
     */
    public static RequestFields read(byte[] received, Endpoint endpoint, int mostFields,
            UnaryOperator<String> header, LongConsumer takes) {
        ObjectFields asReceived = fields(received, mostFields, RequestNeeds.PARTS);
        if (asReceived.find(ExtraBody.NAME).isPresent()) {
            takes.accept(UNPACKING * received.length);
        }
        byte[] body = ExtraBody.unpack(received, asReceived, mostFields);
        ObjectFields fields = body == received ? asReceived : fields(body, mostFields, RequestNeeds.PARTS);
        List<String> removed = new ArrayList<>();
        List<String> told = new ArrayList<>();
        List<String> steering = new ArrayList<>();
        for (ObjectFields.Field field : fields.all()) {
            if (SteeringFields.refused(field.name())) {
                throw ApiError.badRequest("parameter_not_allowed", field.name(), "The parameter '" + field.name()
                        + "' is not accepted: upstreams and their keys are configured in the gateway");
            }
            if (SteeringFields.obeyed(field.name())) {
                removed.add(field.name());
                steering.add(field.name());
            } else if (SteeringFields.told(field.name())) {
                removed.add(field.name());
                told.add(field.name());
            }
        }
        requireInput(fields, endpoint);
        RequestSteering asked = SteeringReader.read(body, fields, steering, header, told::add);
        return new RequestFields(body, fields, model(fields),
                endpoint.answer().streams() && stream(fields), choices(fields, endpoint), removed, told, asked,
                endpoint.answer().streams() ? RequestNeeds.of(body, fields) : Set.of());
    }

    /**
     * Finds the fields of a body again that a step of a route author's has changed.
     *
     * @throws RouteStepError if it is no JSON object any more
     */
    public static ObjectFields fieldsAfterStep(byte[] body) {
        try {
            return ObjectFields.read(body, Integer.MAX_VALUE, RequestNeeds.PARTS);
        } catch (IOException e) {
            throw new RouteStepError(
                    "The message body is no JSON object, left by a step before: leave the request's JSON there");
        }
    }

    /**
     * All fields at the top of a body.
     *
     * @param most  how many it may have
     * @param types what is looked for among the parts of its lists
     * @throws ApiError 400 if it is no JSON object, or more of one than is read
     */
    public static ObjectFields fields(byte[] body, int most, PartTypes types) {
        try {
            return ObjectFields.read(body, most, types);
        } catch (ObjectFields.NotAnObject e) {
            throw ApiError.badRequest("invalid_json", null, e.getMessage());
        } catch (BeyondLimit e) {
            throw ApiError.badRequest("request_beyond_limit", null, "The body cannot be taken: " + e.getMessage());
        } catch (BadJson e) {
            throw ApiError.badRequest("invalid_json", null, "The body is not valid JSON in UTF-8 (line " + e.line()
                    + ", column " + e.column() + "). Send a JSON object with Content-Type: application/json");
        } catch (IOException e) {
            throw new IllegalStateException("Read from memory", e);
        }
    }

    private static Optional<String> model(ObjectFields fields) {
        Optional<ObjectFields.Field> field = fields.find("model").filter(model -> model.kind() != JsonToken.VALUE_NULL);
        field.filter(model -> model.kind() != JsonToken.VALUE_STRING).ifPresent(model -> {
            throw ApiError.badRequest("invalid_type", "model", "'model' must be a string");
        });
        field.filter(model -> model.length() > LONGEST_MODEL).ifPresent(model -> {
            throw ApiError.badRequest("string_above_max_length", "model", "'model' has more than " + LONGEST_MODEL
                    + " bytes");
        });
        Optional<String> name = field.flatMap(fields::text).filter(text -> !text.isEmpty());
        // An escape such as \\ud800 alone is JSON, and nothing that can be written in UTF-8.
        if (name.isPresent() && hasSurrogates(name.get())
                && !StandardCharsets.UTF_8.newEncoder().canEncode(name.get())) {
            throw ApiError.badRequest("invalid_value", "model", "'model' is no Unicode text");
        }
        return name;
    }

    /** An encoder is a large thing to make for a name of plain letters. */
    private static boolean hasSurrogates(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean stream(ObjectFields fields) {
        Optional<ObjectFields.Field> field = fields.find("stream")
                .filter(stream -> stream.kind() != JsonToken.VALUE_NULL);
        field.filter(stream -> !stream.kind().isBoolean()).ifPresent(stream -> {
            throw ApiError.badRequest("invalid_type", "stream", "'stream' must be true or false");
        });
        return field.map(stream -> stream.kind() == JsonToken.VALUE_TRUE).orElse(false);
    }

    /** How many choices an answer has, where it has any; what is no whole number the upstream refuses itself. */
    private static int choices(ObjectFields fields, Endpoint endpoint) {
        ObjectFields.Field n = fields.find("n").filter(field -> field.kind().isNumeric()).orElse(null);
        if (n == null || !endpoint.answer().streams()) {
            return 1;
        }
        // Upstreams take 2e0 and 2.0 for 2. As a double, no number is too long or too large.
        double number = Double.parseDouble(fields.text(n).orElseThrow());
        if (number > MOST_CHOICES) {
            throw ApiError.badRequest("integer_above_max_value", "n", "'n' must be at most " + MOST_CHOICES);
        }
        return Math.max(1, (int) number);
    }

    private static void requireInput(ObjectFields fields, Endpoint endpoint) {
        for (String name : endpoint.required()) {
            ObjectFields.Field field = fields.find(name)
                    .filter(found -> found.kind() != JsonToken.VALUE_NULL)
                    .orElseThrow(() -> ApiError.badRequest("missing_required_parameter", name,
                            "Missing required parameter: '" + name + "'"));
            if (endpoint.answer() == Endpoint.Answer.CHAT && name.equals("messages")) {
                requireMessages(field);
            }
        }
    }

    private static void requireMessages(ObjectFields.Field messages) {
        if (messages.kind() != JsonToken.START_ARRAY) {
            throw ApiError.badRequest("invalid_type", "messages", "'messages' must be an array of objects");
        }
        if (messages.items().noObject() >= 0) {
            String item = "messages[" + messages.items().noObject() + "]";
            throw ApiError.badRequest("invalid_type", item, "'" + item + "' must be an object with a role and content");
        }
        if (messages.items().count() == 0) {
            throw ApiError.badRequest("invalid_value", "messages", "'messages' must have at least one message");
        }
    }
}
