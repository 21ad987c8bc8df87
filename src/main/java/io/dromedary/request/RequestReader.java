package io.dromedary.request;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.client.ApiError;
import io.dromedary.json.ObjectFields;
import io.dromedary.model.Endpoint;

/**
 * Reads of a body what the gateway must know, and refuses what no upstream should see: broken JSON, no object, a wrong
 * type where the gateway decides by it. A model's own rules (which temperature, which tool) are the upstream's to
 * check.
 */
public final class RequestReader {

    private static final Set<String> TEXTS = Set.of("model", "stream", "n");

    private RequestReader() {
    }

    /**
     * Reads a body, not null, as a request for {@code endpoint}. What is in {@code extra_body} counts as if it stood
     * beside it, and {@link RequestFields#body} has it there.
     *
     * @param header gives a request header by its name, or null
     * @throws ApiError 400, with what is wrong
     */
    public static RequestFields read(byte[] received, Endpoint endpoint, UnaryOperator<String> header) {
        ObjectFields asReceived = fields(received);
        byte[] body = ExtraBody.unpack(received, asReceived);
        ObjectFields fields = body == received ? asReceived : fields(body);
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
                endpoint.answer().streams() && stream(fields), choices(fields), removed, told, asked,
                endpoint.answer().streams() ? RequestNeeds.of(body, fields) : Set.of());
    }

    /** Finds the fields of {@code body} again, after a step has changed it. */
    public static ObjectFields fields(byte[] body) {
        try {
            return ObjectFields.read(body, TEXTS, RequestNeeds.PARTS);
        } catch (ObjectFields.NotAnObject e) {
            throw ApiError.badRequest("invalid_json", null, e.getMessage());
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null ? ""
                    : " (line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr() + ")";
            throw ApiError.badRequest("invalid_json", null, "The body is not valid JSON" + where
                    + ". Send a JSON object with Content-Type: application/json");
        } catch (IOException e) {
            throw ApiError.badRequest("invalid_json", null, "The body is not valid JSON in UTF-8");
        }
    }

    private static Optional<String> model(ObjectFields fields) {
        Optional<ObjectFields.Field> field = fields.find("model").filter(model -> model.kind() != JsonToken.VALUE_NULL);
        field.filter(model -> model.kind() != JsonToken.VALUE_STRING).ifPresent(model -> {
            throw ApiError.badRequest("invalid_type", "model", "'model' must be a string");
        });
        Optional<String> name = field.map(ObjectFields.Field::text).filter(text -> !text.isEmpty());
        // An escape such as \\ud800 alone is JSON, and nothing that can be written in UTF-8.
        if (name.isPresent() && !StandardCharsets.UTF_8.newEncoder().canEncode(name.get())) {
            throw ApiError.badRequest("invalid_value", "model", "'model' is no Unicode text");
        }
        return name;
    }

    private static boolean stream(ObjectFields fields) {
        Optional<ObjectFields.Field> field = fields.find("stream")
                .filter(stream -> stream.kind() != JsonToken.VALUE_NULL);
        field.filter(stream -> !stream.kind().isBoolean()).ifPresent(stream -> {
            throw ApiError.badRequest("invalid_type", "stream", "'stream' must be true or false");
        });
        return field.map(stream -> stream.kind() == JsonToken.VALUE_TRUE).orElse(false);
    }

    private static int choices(ObjectFields fields) {
        try {
            return fields.find("n").filter(n -> n.kind() == JsonToken.VALUE_NUMBER_INT)
                    .map(n -> Math.max(1, Integer.parseInt(n.text()))).orElse(1);
        } catch (NumberFormatException e) {
            return 1; // the upstream will say what it thinks of such a number
        }
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
