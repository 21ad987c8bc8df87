package io.dromedary.dialect.responses;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.Slots;
import io.dromedary.json.Json;
import io.dromedary.json.JsonWalk;

/** Texts of JSON, as they are read and written here. */
final class JsonText {

    /** The words by which types and choices are told are shorter. */
    private static final int LONGEST_WORD = 100;
    /** The name of a tool, the id of a call: some servers put what they must know again into an id. */
    private static final int LONGEST_NAME = 16 * 1024;

    private JsonText() {
    }

    /** The beginning of the text in that field, which is the whole of a word; empty where it is no text. */
    static String shorter(Slots slots, String field) {
        if (!slots.hasText(field)) {
            return "";
        }
        JsonWalk walk = slots.walk(field);
        try {
            walk.next();
            return walk.beginning(LONGEST_WORD);
        } catch (IOException e) {
            throw new IllegalStateException("Read before", e);
        }
    }

    /**
     * A name or an id, which is needed.
     *
     * @throws ApiError 400 if there is none, or one that is longer than 16 KiB
     */
    static String required(Slots slots, String field, String path) {
        String place = path + "." + field;
        if (!slots.has(field)) {
            throw ApiError.badRequest("missing_required_parameter", place, "Missing required parameter: '" + place
                    + "'");
        }
        if (!slots.hasText(field)) {
            throw ApiError.badRequest("invalid_type", place, "'" + place + "' must be a string that is not empty");
        }
        return limited(slots, field, place);
    }

    /** A name that need not be there; empty where it is not. */
    static String optional(Slots slots, String field, String path) {
        return slots.hasText(field) ? limited(slots, field, path + "." + field) : "";
    }

    private static String limited(Slots slots, String field, String place) {
        if (slots.end(field) - slots.start(field) > LONGEST_NAME) {
            throw ApiError.badRequest("string_above_max_length", place, "'" + place + "' has more than " + LONGEST_NAME
                    + " bytes");
        }
        return slots.text(field);
    }

    /**
     * Appends JSON of a client's in one line: line ends stand between its tokens only, and would end the data of an
     * event.
     */
    static void oneLine(ByteArrayOutputStream out, byte[] json, int from, int to) {
        int begin = from;
        for (int at = from; at < to; at++) {
            if (json[at] == '\n' || json[at] == '\r') {
                out.write(json, begin, at - begin);
                out.write(' ');
                begin = at + 1;
            }
        }
        out.write(json, begin, to - begin);
    }

    /** A JSON string literal around JSON, or any other bytes of JSON text, as a tool's arguments are written. */
    static byte[] quoted(byte[] json, int from, int to) {
        return Json.literal(new String(json, from, to - from, StandardCharsets.UTF_8));
    }
}
