package io.dromedary.request;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.databind.JsonNode;

import io.dromedary.cache.CacheControl;
import io.dromedary.client.ApiError;
import io.dromedary.json.BeyondLimit;
import io.dromedary.json.Json;
import io.dromedary.json.NestedPaths;
import io.dromedary.json.ObjectFields;
import io.dromedary.model.Plan;

/**
 * Reads what a client asks of the gateway itself: the body's fields, and the
 * headers {@code x-litellm-num-retries}, {@code x-litellm-timeout} and {@code x-litellm-stream-timeout}, which come
 * before them. What is of the wrong form is a 400: a limit that is silently ignored is no limit. So is what is too
 * much: a value of 64 KiB, a hundred names.
 */
final class SteeringReader {

    private static final List<String> HEADERS =
            List.of("x-litellm-num-retries", "x-litellm-timeout", "x-litellm-stream-timeout");
    private static final int MOST_RETRIES = 100;
    /** How many bytes the value of a steering field may have: it becomes a tree. */
    private static final int LARGEST_VALUE = 64 * 1024;
    /** How many names a steering field may have, over all its lists. */
    private static final int MOST_NAMES = 100;

    private final Map<String, JsonNode> values = new HashMap<>();
    private final Consumer<String> told;

    private SteeringReader(byte[] body, ObjectFields fields, List<String> names, Consumer<String> told) {
        this.told = told;
        for (String name : names) {
            fields.find(name).ifPresent(field -> values.put(name, tree(body, field)));
        }
    }

    /**
     * @param names  the steering fields that the body has
     * @param header gives a request header by its name, or null
     * @param told   takes each name that is left out without an effect, for the client to know
     * @throws ApiError 400, with what is wrong
     */
    static RequestSteering read(byte[] body, ObjectFields fields, List<String> names, UnaryOperator<String> header,
            Consumer<String> told) {
        if (names.isEmpty() && HEADERS.stream().allMatch(name -> header.apply(name) == null)) {
            return RequestSteering.NONE;
        }
        SteeringReader reader = new SteeringReader(body, fields, names, told);
        return new RequestSteering(reader.fallbacks(), reader.byModel("context_window_fallbacks"),
                reader.byModel("content_policy_fallbacks"), reader.flag("disable_fallbacks"),
                reader.retries(header.apply(HEADERS.get(0))),
                reader.milliseconds("timeout", header.apply(HEADERS.get(1))),
                reader.milliseconds("stream_timeout", header.apply(HEADERS.get(2))),
                reader.dropped(), reader.cache());
    }

    private static JsonNode tree(byte[] body, ObjectFields.Field field) {
        if (field.length() > LARGEST_VALUE) {
            throw ApiError.badRequest("request_beyond_limit", field.name(), "'" + field.name() + "' has more than "
                    + LARGEST_VALUE + " bytes");
        }
        try {
            return Json.tree(body, field.value(), field.end());
        } catch (BeyondLimit e) {
            throw ApiError.badRequest("request_beyond_limit", field.name(), "'" + field.name()
                    + "' cannot be taken: " + e.getMessage());
        } catch (IOException e) {
            throw new IllegalStateException("Read once already", e);
        }
    }

    private JsonNode value(String name) {
        JsonNode value = values.get(name);
        return value == null || value.isNull() ? null : value;
    }

    private Optional<List<Plan.StandIn>> fallbacks() {
        JsonNode list = value("fallbacks");
        if (list == null) {
            return Optional.empty();
        }
        List<Plan.StandIn> standIns = new ArrayList<>();
        for (JsonNode item : array("fallbacks", list)) {
            if (item.isTextual()) {
                standIns.add(Plan.StandIn.of(item.asText()));
            } else if (item.path("model").isTextual()) {
                standIns.add(new Plan.StandIn(item.get("model").asText(), overrides(item)));
            } else if (item.isObject()) {
                item.properties().forEach(entry -> targets("fallbacks", entry.getValue())
                        .forEach(name -> standIns.add(Plan.StandIn.of(name))));
            } else {
                throw wrong("fallbacks", "a list of model names, or of objects with a model");
            }
        }
        requireFew("fallbacks", standIns.size());
        return Optional.of(standIns);
    }

    private static void requireFew(String name, int count) {
        if (count > MOST_NAMES) {
            throw ApiError.badRequest("array_above_max_length", name, "'" + name + "' may name " + MOST_NAMES
                    + " at most");
        }
    }

    /** What steers the gateway at the top of a body steers nothing here: it is left out all the same, and told. */
    private Map<String, String> overrides(JsonNode item) {
        Map<String, String> overrides = new LinkedHashMap<>();
        item.properties().stream().filter(entry -> !entry.getKey().equals("model"))
                .forEach(entry -> override(entry.getKey(), entry.getValue(), overrides));
        JsonNode extra = item.path(ExtraBody.NAME);
        extra.properties().forEach(entry -> override(entry.getKey(), entry.getValue(), overrides));
        if (extra.isObject()) {
            overrides.remove(ExtraBody.NAME);
        }
        return overrides;
    }

    private void override(String name, JsonNode value, Map<String, String> overrides) {
        if (SteeringFields.refused(name) || name.equals("stream")) {
            throw ApiError.badRequest("parameter_not_allowed", "fallbacks", "A fallback may not override '" + name
                    + "'");
        }
        if (SteeringFields.takenOut(name)) {
            told.accept("fallbacks." + name);
        } else {
            overrides.put(name, value.toString());
        }
    }

    private Map<String, List<String>> byModel(String name) {
        JsonNode list = value(name);
        Map<String, List<String>> byModel = new HashMap<>();
        if (list != null) {
            for (JsonNode item : array(name, list)) {
                if (!item.isObject()) {
                    throw wrong(name, "a list of objects, such as {\"model\": [\"fallback\"]}");
                }
                item.properties().forEach(entry -> byModel.put(entry.getKey(), targets(name, entry.getValue())));
            }
        }
        requireFew(name, byModel.values().stream().mapToInt(targets -> 1 + targets.size()).sum());
        return byModel;
    }

    private static List<String> targets(String name, JsonNode value) {
        List<String> targets = new ArrayList<>();
        for (JsonNode target : value.isArray() ? value : List.of(value)) {
            if (!target.isTextual()) {
                throw wrong(name, "a list of model names");
            }
            targets.add(target.asText());
        }
        return targets;
    }

    private List<String> texts(String name) {
        JsonNode list = value(name);
        List<String> texts = list == null ? List.of() : targets(name, array(name, list));
        requireFew(name, texts.size());
        return texts;
    }

    private List<String> dropped() {
        List<String> names = texts("additional_drop_params");
        try {
            NestedPaths.of(names);
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest("invalid_value", "additional_drop_params",
                    "'additional_drop_params': " + e.getMessage());
        }
        return names;
    }

    private CacheControl cache() {
        JsonNode asked = value("cache");
        return asked == null ? CacheControl.NONE : CacheFields.read(asked);
    }

    private boolean flag(String name) {
        JsonNode value = value(name);
        if (value != null && !value.isBoolean()) {
            throw wrong(name, "true or false");
        }
        return value != null && value.asBoolean();
    }

    private OptionalInt retries(String header) {
        JsonNode value = value("num_retries");
        String text = header != null ? header : value == null ? null : value.asText();
        if (text == null) {
            return OptionalInt.empty();
        }
        if (!text.trim().matches("\\d{1,9}")) {
            throw wrong("num_retries", "a whole number of 0 or more");
        }
        return OptionalInt.of(Math.min(MOST_RETRIES, Integer.parseInt(text.trim())));
    }

    private OptionalLong milliseconds(String name, String header) {
        JsonNode value = value(name);
        String text = header != null ? header : value == null ? null : value.asText();
        if (text == null) {
            return OptionalLong.empty();
        }
        try {
            double seconds = Double.parseDouble(text.trim());
            if (seconds > 0 && seconds < Integer.MAX_VALUE) {
                return OptionalLong.of(Math.max(1, Math.round(seconds * 1000)));
            }
        } catch (NumberFormatException e) {
            // told below, in the words that help
        }
        throw wrong(name, "a number of seconds above 0");
    }

    private static JsonNode array(String name, JsonNode value) {
        if (!value.isArray()) {
            throw wrong(name, "a list");
        }
        return value;
    }

    private static ApiError wrong(String name, String form) {
        return ApiError.badRequest("invalid_type", name, "'" + name + "' must be " + form);
    }
}
