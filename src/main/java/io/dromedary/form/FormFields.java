package io.dromedary.form;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.dromedary.client.ApiError;
import io.dromedary.json.Json;

/**
 * The fields of a form as a JSON object: a text as a string, a file as an object with its name, type and size, what
 * stands several times or ends in {@code []} as a list. What has to be JSON for the gateway is taken as JSON, since a
 * form knows texts only.
 */
final class FormFields {

    /** Over all texts together: what is larger belongs into a file. */
    private static final int MOST_TEXT = 1024 * 1024;
    private static final Set<String> FLAGS = Set.of("stream", "disable_fallbacks");
    private static final Set<String> LISTS = Set.of("fallbacks", "context_window_fallbacks",
            "content_policy_fallbacks", "additional_drop_params");

    private final byte[] form;
    private int text;

    private FormFields(byte[] form) {
        this.form = form;
    }

    /** Field to its parts, in their order. */
    static Map<String, List<FormPart>> byField(List<FormPart> parts) {
        Map<String, List<FormPart>> fields = new LinkedHashMap<>();
        parts.forEach(part -> fields.computeIfAbsent(part.field(), name -> new ArrayList<>(1)).add(part));
        return fields;
    }

    /**
     * The JSON of these fields.
     *
     * @throws ApiError 400 if a text is no UTF-8, is none of what it must be, or there is too much of it
     */
    static byte[] json(byte[] form, Map<String, List<FormPart>> fields) {
        FormFields reader = new FormFields(form);
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        fields.forEach((name, parts) -> {
            json.write(json.size() == 0 ? '{' : ',');
            json.writeBytes(Json.literal(name));
            json.write(':');
            boolean list = parts.size() > 1 || parts.get(0).name().endsWith("[]");
            char before = '[';
            for (FormPart part : parts) {
                if (list) {
                    json.write(before);
                    before = ',';
                }
                json.writeBytes(reader.value(part));
            }
            if (list) {
                json.write(']');
            }
        });
        if (json.size() == 0) {
            json.write('{');
        }
        json.write('}');
        return json.toByteArray();
    }

    private byte[] value(FormPart part) {
        if (part.file()) {
            Map<String, Object> file = new LinkedHashMap<>();
            file.put("filename", part.filename() == null ? "" : part.filename());
            file.put("content_type", part.type().written());
            file.put("bytes", part.length());
            return Json.bytes(file);
        }
        text += part.length();
        if (text > MOST_TEXT) {
            throw ApiError.badRequest("request_beyond_limit", part.field(), "The texts of the form have more than "
                    + MOST_TEXT + " bytes together: send what is longer as a file, with a filename");
        }
        String written = text(part);
        if (FLAGS.contains(part.field()) && written.strip().matches("(?i)true|false")) {
            return written.strip().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
        }
        if (LISTS.contains(part.field()) && written.strip().startsWith("[")) {
            return list(part, written.strip().getBytes(StandardCharsets.UTF_8));
        }
        return Json.literal(written);
    }

    private String text(FormPart part) {
        try {
            return part.type().text(ByteBuffer.wrap(form, part.value(), part.length()));
        } catch (CharacterCodingException e) {
            throw ApiError.badRequest("invalid_form", part.field(), "'" + part.field() + "' is not UTF-8, or its"
                    + " Content-Type names a charset in which it is another text: send it as UTF-8, or as a file,"
                    + " with a filename");
        }
    }

    private static byte[] list(FormPart part, byte[] json) {
        try {
            Json.requireValid(json);
            return json;
        } catch (IOException e) {
            throw ApiError.badRequest("invalid_type", part.field(), "'" + part.field() + "' is no valid JSON");
        }
    }
}
