package io.dromedary.request;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.client.ApiError;
import io.dromedary.json.BeyondLimit;
import io.dromedary.json.ObjectEdit;
import io.dromedary.json.ObjectFields;

/**
 * Unpacks {@code extra_body}: OpenAI's Python client and LiteLLM put its fields into the body and over those of the
 * same name, and clients without such a parameter send it as a field, as LiteLLM's users do. What is in it counts from
 * then on as if it had been sent beside it, so that it can do no more than a client may.
 */
final class ExtraBody {

    static final String NAME = "extra_body";

    private ExtraBody() {
    }

    /**
     * {@code body} with the fields of its {@code extra_body} in place of that; the array itself where it has none.
     *
     * @param fields     those of {@code body}
     * @param mostFields how many it may have
     * @throws ApiError 400 if it is no object
     */
    static byte[] unpack(byte[] body, ObjectFields fields, int mostFields) {
        Optional<ObjectFields.Field> extra = fields.find(NAME);
        if (extra.isEmpty()) {
            return body;
        }
        ObjectEdit edit = new ObjectEdit(body, fields);
        edit.remove(NAME);
        if (extra.get().kind() != JsonToken.VALUE_NULL) {
            byte[] json = Arrays.copyOfRange(body, extra.get().value(), extra.get().end());
            for (ObjectFields.Field field : fields(json, extra.get().kind(), mostFields).all()) {
                if (field.name().equals(NAME)) {
                    throw wrong("'extra_body' must not hold another one");
                }
                edit.set(field.name(), Arrays.copyOfRange(json, field.value(), field.end()));
            }
        }
        return edit.apply();
    }

    private static ObjectFields fields(byte[] json, JsonToken kind, int most) {
        if (kind != JsonToken.START_OBJECT) {
            throw wrong("'extra_body' must be an object of body fields");
        }
        try {
            return ObjectFields.read(json, most);
        } catch (BeyondLimit e) {
            throw ApiError.badRequest("request_beyond_limit", NAME, "'extra_body' cannot be taken: " + e.getMessage());
        } catch (ObjectFields.NotAnObject e) {
            throw wrong("'extra_body' must have each of its fields once");
        } catch (IOException e) {
            throw new IllegalStateException("It was read as JSON before", e);
        }
    }

    private static ApiError wrong(String message) {
        return ApiError.badRequest("invalid_type", NAME, message);
    }
}
