package io.dromedary.dialect;

import java.io.IOException;
import java.util.Collection;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.client.ApiError;
import io.dromedary.json.JsonWalk;
import io.dromedary.json.ObjectEdit;
import io.dromedary.json.ObjectFields;
import io.dromedary.json.PartTypes;
import io.dromedary.request.RequestReader;

/** The fields at the top of a request; one that is null counts as missing. */
public final class TopFields {

    /** What is read as a text is a word, a name or an id; it may stand in a refusal, too. */
    private static final int LONGEST_TEXT = 16 * 1024;

    private final byte[] json;
    private final ObjectFields fields;

    private TopFields(byte[] json, ObjectFields fields) {
        this.json = json;
        this.fields = fields;
    }

    /**
     * Reads a body.
     *
     * @throws ApiError 400 if it is no JSON object, or more of one than is read
     */
    public static TopFields read(byte[] json, int most) {
        return new TopFields(json, RequestReader.fields(json, most, PartTypes.NONE));
    }

    /** The body. */
    public byte[] json() {
        return json;
    }

    /** All of them, in the order of the body. */
    public Collection<ObjectFields.Field> all() {
        return fields.all();
    }

    /** An edit of the body. */
    public ObjectEdit edit() {
        return new ObjectEdit(json, fields);
    }

    /** The field, or null. */
    public ObjectFields.Field find(String name) {
        return fields.find(name).filter(field -> field.kind() != JsonToken.VALUE_NULL).orElse(null);
    }

    /** Whether the field is there, and not null. */
    public boolean has(String name) {
        return find(name) != null;
    }

    /** The field, or null; a 400 where it is of another kind. */
    public ObjectFields.Field of(String name, JsonToken kind, String words) {
        ObjectFields.Field field = find(name);
        if (field != null && field.kind() != kind) {
            throw ApiError.badRequest("invalid_type", name, "'" + name + "' must be " + words);
        }
        return field;
    }

    /** A string's field, or null. */
    public ObjectFields.Field string(String name) {
        return of(name, JsonToken.VALUE_STRING, "a string");
    }

    /** True, false, or {@code otherwise} where it is missing. */
    public boolean flag(String name, boolean otherwise) {
        ObjectFields.Field field = find(name);
        if (field != null && !field.kind().isBoolean()) {
            throw ApiError.badRequest("invalid_type", name, "'" + name + "' must be true or false");
        }
        return field == null ? otherwise : field.kind() == JsonToken.VALUE_TRUE;
    }

    /**
     * What a string says that is a word, a name or an id. Empty where it is missing.
     *
     * @throws ApiError 400 if it is no string, or longer than 16 KiB
     */
    public String text(String name) {
        ObjectFields.Field field = string(name);
        if (field != null && field.length() > LONGEST_TEXT) {
            throw ApiError.badRequest("string_above_max_length", name, "'" + name + "' has more than " + LONGEST_TEXT
                    + " bytes");
        }
        return field == null ? "" : fields.text(field).orElse("");
    }

    /** Those fields of an object, or null. */
    public Slots object(String name, String... inner) throws IOException {
        ObjectFields.Field field = of(name, JsonToken.START_OBJECT, "an object");
        if (field == null) {
            return null;
        }
        JsonWalk walk = JsonWalk.overPart(json, field.value(), field.end());
        walk.next();
        return new Slots(inner).read(walk);
    }
}
