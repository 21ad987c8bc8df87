package io.dromedary.form;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

import io.dromedary.client.ApiError;
import io.dromedary.client.RouteStepError;
import io.dromedary.json.Json;
import io.dromedary.json.ObjectFields;

/** Writes a form anew whose fields have changed: see {@link Form#with}. One use. */
final class FormWriter {

    private static final byte[] LINE_END = {'\r', '\n'};
    private static final Pattern UNFIT_NAME = Pattern.compile("[\\x00-\\x1F\\x7F\"\\\\]");

    private final byte[] form;
    private final byte[] delimiter;
    private final List<FormPart> parts;
    private final Map<String, List<FormPart>> fields;
    private final Map<FormPart, byte[]> anew = new HashMap<>();
    private final Set<FormPart> left = new HashSet<>();
    private final List<byte[]> added = new ArrayList<>();

    FormWriter(byte[] form, byte[] delimiter, List<FormPart> parts, Map<String, List<FormPart>> fields) {
        this.form = form;
        this.delimiter = delimiter;
        this.parts = parts;
        this.fields = fields;
    }

    /**
     * The form with other fields.
     *
     * @param json    its fields as they were
     * @param changed as they are now
     */
    byte[] write(byte[] json, byte[] changed) {
        left.addAll(parts);
        try {
            ObjectFields before = ObjectFields.read(json);
            for (ObjectFields.Field field : ObjectFields.read(changed).all()) {
                ObjectFields.Field was = before.find(field.name()).orElse(null);
                if (was != null && Arrays.equals(json, was.value(), was.end(), changed, field.value(), field.end())) {
                    fields.get(field.name()).forEach(left::remove);
                } else {
                    field(field.name(), Json.tree(changed, field.value(), field.end()));
                }
            }
        } catch (IOException e) {
            throw new RouteStepError("The message body is no JSON object with the fields of the form, left by a step"
                    + " before: leave the request's JSON there");
        }
        return joined();
    }

    private void field(String name, JsonNode value) {
        if (value.isNull()) {
            return;
        }
        List<FormPart> before = fields.getOrDefault(name, List.of());
        List<JsonNode> values = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(values::add);
        } else {
            values.add(value);
        }
        if (values.size() == before.size()) {
            for (int i = 0; i < values.size(); i++) {
                place(before.get(i), values.get(i));
            }
        } else if (before.stream().anyMatch(FormPart::file)) {
            throw new RouteStepError("A step before has changed how many files the field '" + name
                    + "' of the form has: leave them, or take all of them out");
        } else {
            String written = !before.isEmpty() ? before.get(0).name() : value.isArray() ? name + "[]" : name;
            values.forEach(item -> added.add(part(written, text(item))));
        }
    }

    private void place(FormPart part, JsonNode value) {
        left.remove(part);
        boolean same = part.file() ? value.isObject() : isWritten(part, text(value), value.isBoolean());
        if (!same) {
            anew.put(part, part(part.name(), text(value)));
        }
    }

    /** A flag may stand in the form in other letters. */
    private boolean isWritten(FormPart part, String text, boolean flag) {
        String written = new String(form, part.value(), part.length(), StandardCharsets.UTF_8);
        return flag ? written.strip().equalsIgnoreCase(text) : written.equals(text);
    }

    private static String text(JsonNode value) {
        return value.isTextual() ? value.asText() : new String(Json.bytes(value), StandardCharsets.UTF_8);
    }

    /** A whole part from its delimiter on; nobody's value may end it before. */
    private byte[] part(String name, String value) {
        String line = new String(delimiter, StandardCharsets.US_ASCII);
        if (UNFIT_NAME.matcher(name).find() || value.contains(line.substring(2))) {
            throw ApiError.badRequest("invalid_form", null,
                    "A field that is added to the form has a name that no form can have, or holds its boundary");
        }
        return (line.substring(2) + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value)
                .getBytes(StandardCharsets.UTF_8);
    }

    /** All of it: each part is followed by a line end, and the last by the delimiter that closes the form. */
    private byte[] joined() {
        int first = parts.isEmpty() ? 0 : parts.get(0).start();
        int tail = parts.isEmpty() ? 0 : parts.get(parts.size() - 1).end() + LINE_END.length;
        List<ByteBuffer> pieces = new ArrayList<>();
        pieces.add(ByteBuffer.wrap(form, 0, first));
        for (FormPart part : parts) {
            if (!left.contains(part)) {
                byte[] other = anew.get(part);
                pieces.add(other != null ? ByteBuffer.wrap(other)
                        : ByteBuffer.wrap(form, part.start(), part.end() - part.start()));
                pieces.add(ByteBuffer.wrap(LINE_END));
            }
        }
        for (byte[] piece : added) {
            pieces.add(ByteBuffer.wrap(piece));
            pieces.add(ByteBuffer.wrap(LINE_END));
        }
        pieces.add(ByteBuffer.wrap(form, tail, form.length - tail));
        ByteBuffer whole = ByteBuffer.allocate(pieces.stream().mapToInt(ByteBuffer::remaining).sum());
        pieces.forEach(whole::put);
        return whole.array();
    }
}
