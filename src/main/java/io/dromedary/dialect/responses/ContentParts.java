package io.dromedary.dialect.responses;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.function.LongConsumer;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.Dropped;
import io.dromedary.dialect.Held;
import io.dromedary.dialect.Slots;
import io.dromedary.json.Json;
import io.dromedary.json.JsonWalk;

/**
 * Reads the content of a message, or the output of a tool: a string or parts. What a user attached is carried, or
 * refused by its place; a part of an unknown type that holds no text is left out and told.
 */
final class ContentParts {

    private static final Set<String> DETAILS = Set.of("auto", "low", "high");
    /** So many times a file of text is taken: as text in base64, as bytes, as a string and as a literal. */
    private static final int COPIES = 4;
    /** So many times its JSON is taken while that is made. */
    private static final long COPIES_OF_JSON = 3;
    /** A media type is shorter. */
    private static final int LONGEST_TYPE = 200;

    private final Slots part = new Slots("type", "text", "refusal", "image_url", "detail", "file_id", "file_data",
            "file_url", "filename", "input_audio");
    private final Dropped dropped;
    private final LongConsumer takes;

    ContentParts(Dropped dropped, LongConsumer takes) {
        this.dropped = dropped;
        this.takes = takes;
    }

    /**
     * Reads a field.
     *
     * @param path its place in the request, for what is refused
     * @throws ApiError 400 for what cannot be carried
     */
    void read(Slots owner, String field, String path, ContentSink sink) throws IOException {
        JsonToken kind = owner.kind(field);
        if (kind == null) {
            return;
        }
        if (kind == JsonToken.VALUE_STRING) {
            sink.text(owner.json(), owner.start(field) + 1, owner.end(field) - 1);
            return;
        }
        if (kind != JsonToken.START_ARRAY) {
            throw ApiError.badRequest("invalid_type", path, "'" + path + "' must be a string or an array of parts");
        }
        JsonWalk walk = owner.walk(field);
        walk.next();
        for (int i = 0; walk.next() != JsonToken.END_ARRAY; i++) {
            String place = path + "[" + i + "]";
            if (walk.token() == JsonToken.VALUE_STRING) {
                sink.text(walk.json(), walk.start() + 1, walk.end() - 1);
            } else if (walk.token() == JsonToken.START_OBJECT) {
                part.read(walk);
                part(place, sink);
            } else {
                throw ApiError.badRequest("invalid_type", place, "'" + place + "' must be an object with a type");
            }
        }
    }

    private void part(String place, ContentSink sink) throws IOException {
        switch (JsonText.shorter(part, "type")) {
            case "input_image", "image_url" -> image(place, sink);
            case "input_file", "file" -> file(place, sink);
            case "input_audio" -> audio(place, sink);
            case "refusal" -> text("refusal", sink);
            default -> {
                if (part.isText("text")) {
                    text("text", sink);
                } else {
                    dropped.add("input." + JsonText.shorter(part, "type"));
                }
            }
        }
    }

    private void text(String field, ContentSink sink) {
        if (part.hasText(field)) {
            sink.text(part.json(), part.start(field) + 1, part.end(field) - 1);
        }
    }

    private static Held open(ContentSink sink, String mark, String place, String what) {
        Held out = sink.part(mark);
        if (out == null) {
            throw ApiError.badRequest("invalid_value", place, "'" + place + "' is " + what
                    + ": a message of this role can hold text only");
        }
        return out;
    }

    private void image(String place, ContentSink sink) {
        boolean object = part.kind("image_url") == JsonToken.START_OBJECT;
        if (!part.hasText("image_url") && !object) {
            throw noFiles(place, "an 'image_url': a URL, or a data URL with the image");
        }
        Held out = open(sink, "[image]", place, "an image");
        out.add("{\"type\":\"image_url\",\"image_url\":").add(object ? "" : "{\"url\":")
                .add(part.json(), part.start("image_url"), part.end("image_url"));
        if (!object && DETAILS.contains(JsonText.shorter(part, "detail"))) {
            out.add(",\"detail\":").add(part.json(), part.start("detail"), part.end("detail"));
        }
        out.add(object ? "}" : "}}");
    }

    private void audio(String place, ContentSink sink) {
        if (part.kind("input_audio") != JsonToken.START_OBJECT) {
            throw ApiError.badRequest("invalid_type", place, "'" + place
                    + "' must have an 'input_audio' with data and format");
        }
        open(sink, "[audio]", place, "audio").add("{\"type\":\"input_audio\",\"input_audio\":")
                .add(part.json(), part.start("input_audio"), part.end("input_audio")).add("}");
    }

    private void file(String place, ContentSink sink) throws IOException {
        if (!part.hasText("file_data")) {
            throw noFiles(place, "its content as 'file_data', a data URL");
        }
        JsonWalk data = part.walk("file_data");
        data.next();
        String type = data.beginning(LONGEST_TYPE);
        if (type.matches("(?s)data:(text/|application/json)[^,]*;base64,.*")) {
            byte[] literal = textOf(place);
            sink.text(literal, 1, literal.length - 1);
            return;
        }
        Held out = open(sink, "[file]", place, "a file").add("{\"type\":\"file\",\"file\":{\"filename\":");
        if (part.hasText("filename")) {
            out.add(part.json(), part.start("filename"), part.end("filename"));
        } else {
            out.add("\"file\"");
        }
        out.add(",\"file_data\":").add(part.json(), part.start("file_data"), part.end("file_data")).add("}}");
    }

    /** The text of a file, under its name, as a JSON literal. */
    private byte[] textOf(String place) {
        takes.accept((long) COPIES * (part.end("file_data") - part.start("file_data")));
        String url = part.text("file_data");
        try {
            String text = new String(Base64.getDecoder().decode(url.substring(url.indexOf(',') + 1)),
                    StandardCharsets.UTF_8);
            takes.accept(COPIES_OF_JSON * written(text));
            return Json.literal(part.hasText("filename") ? part.text("filename") + ":\n" + text : text);
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest("invalid_value", place + ".file_data", "'" + place
                    + ".file_data' is not valid base64");
        }
    }

    /** How many bytes the text has in JSON: a control character has six. */
    private static long written(String text) {
        return text.chars().mapToLong(c -> c < ' ' ? 6 : c < 0x80 ? c == '"' || c == '\\' ? 2 : 1 : 3).sum();
    }

    private static ApiError noFiles(String place, String instead) {
        return ApiError.badRequest("unsupported_value", place, "'" + place
                + "' cannot be read: the gateway keeps no files and fetches none. Send " + instead);
    }
}
