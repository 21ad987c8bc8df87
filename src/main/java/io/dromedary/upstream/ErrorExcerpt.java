package io.dromedary.upstream;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.dromedary.json.BeyondLimit;
import io.dromedary.json.Json;
import io.dromedary.json.JsonWalk;
import io.dromedary.json.ObjectFields;

/**
 * The tree of what an upstream says of an error, which may be as large as an answer: servers that check a request
 * repeat all of it (FastAPI's {@code input}). What is too large for a tree is left out but for the fields that errors
 * are understood by, the first item of a list and the beginning of a text.
 */
final class ErrorExcerpt {

    private static final int SMALL = 64 * 1024;
    private static final int DEEPEST = 4;
    private static final String[] NAMES = {"error", "message", "msg", "detail", "type", "code", "param", "status",
        "status_code", "http_code", "metadata", "raw", "reasons", "loc"};

    private ErrorExcerpt() {
    }

    /**
     * Of a body, or of a part of one that is an error.
     *
     * @throws IOException if it is no JSON
     */
    static JsonNode of(byte[] json) throws IOException {
        return of(json, 0, json.length, DEEPEST);
    }

    private static JsonNode of(byte[] json, int from, int to, int levels) throws IOException {
        if (to - from <= SMALL) {
            try {
                return Json.tree(json, from, to);
            } catch (BeyondLimit e) {
                // short, and of many values
            }
        }
        JsonWalk walk = JsonWalk.overAnswer(json, from, to);
        JsonToken kind = walk.next();
        if (kind == JsonToken.VALUE_STRING) {
            return JsonNodeFactory.instance.textNode(walk.beginning(SMALL));
        }
        if (kind == JsonToken.START_OBJECT && levels > 0) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            for (ObjectFields.Field field : ObjectFields.pickOfAnswer(json, from, to, NAMES).all()) {
                object.set(field.name(), of(json, field.value(), field.end(), levels - 1));
            }
            return object;
        }
        if (kind == JsonToken.START_ARRAY && levels > 0) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            if (walk.next() != JsonToken.END_ARRAY) {
                int item = walk.start();
                walk.skip();
                array.add(of(json, item, walk.end(), levels - 1));
            }
            return array;
        }
        return MissingNode.getInstance();
    }
}
