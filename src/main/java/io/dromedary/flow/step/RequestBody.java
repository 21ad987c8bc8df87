package io.dromedary.flow.step;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.json.Json;
import io.dromedary.json.ObjectEdit;
import io.dromedary.json.ObjectFields;
import io.dromedary.request.PromptTexts;

/**
 * The bean {@code requestBody}: reads and changes the request's JSON in a route, as in
 * {@code bean: {ref: requestBody, method: "atMost(${body}, 'max_tokens', 1000)"}} or
 * {@code ${bean:requestBody?method=texts} contains 'secret'}. Fields are those at the top of the object; all that is
 * not changed stays as it is, byte for byte. A body that is no JSON object is left alone: the step read-request refuses
 * it.
 */
public final class RequestBody {

    private static final String MODEL = "model";

    /** The model that the body names; empty where it names none. */
    public String model(byte[] body) {
        return field(body, MODEL);
    }

    /** The field of that name where it is a string, a number, true or false; else empty. */
    public String field(byte[] body, String name) {
        try {
            ObjectFields fields = ObjectFields.pick(body, name);
            return fields.find(name).flatMap(fields::text).orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    /** All that was written, with a line break between two texts; see {@link #replaceInTexts}. */
    public String texts(byte[] body) {
        StringBuilder all = new StringBuilder();
        try {
            PromptTexts.change(body, text -> {
                all.append(all.isEmpty() ? "" : "\n").append(text);
                return text;
            });
        } catch (IOException e) {
            return "";
        }
        return all.toString();
    }

    /** Gives the field that text, whether it is there or not. */
    public byte[] set(byte[] body, String name, String text) {
        return edit(body, name, current -> Optional.of(Json.literal(text)));
    }

    /**
     * Gives the field that value, whether it is there or not.
     *
     * @param json the value as JSON, such as {@code true}, {@code 0.7} or {@code ["a"]}
     * @throws IllegalArgumentException if it is none
     */
    public byte[] setJson(byte[] body, String name, String json) {
        byte[] value = json.getBytes(StandardCharsets.UTF_8);
        try {
            Json.requireValid(value);
        } catch (IOException e) {
            throw new IllegalArgumentException("requestBody.setJson has a value for " + name + " that is no JSON", e);
        }
        return edit(body, name, current -> Optional.of(value));
    }

    /** Takes the field out. */
    public byte[] remove(byte[] body, String name) {
        return edit(body, name, current -> Optional.empty());
    }

    /** Lowers the number in the field to {@code most}; writes {@code most} where there is no number. */
    public byte[] atMost(byte[] body, String name, long most) {
        byte[] value = String.valueOf(most).getBytes(StandardCharsets.US_ASCII);
        return edit(body, name, current -> current.filter(field -> isAtMost(body, field, most))
                .map(field -> slice(body, field)).or(() -> Optional.of(value)));
    }

    /**
     * Replaces every match of {@code regex} ({@link Pattern}) in what was written: each string under {@code messages},
     * {@code prompt}, {@code suffix}, {@code input}, {@code system}, {@code instructions}, {@code prediction},
     * {@code tools} and {@code fallbacks}, arguments and results of tools included. Not in images, audio and files, in
     * names of fields, nor in {@code user} and {@code metadata}.
     * <p>
     * The array is a new one even where nothing matches, so that a request in another dialect is translated from then
     * on: sent as it came, it would hold texts that have no place in a chat and that nobody has looked into.
     *
     * @param replacement as {@link java.util.regex.Matcher#replaceAll(String)} has it
     */
    public byte[] replaceInTexts(byte[] body, String regex, String replacement) {
        Pattern pattern = Pattern.compile(regex);
        try {
            byte[] changed = PromptTexts.change(body, text -> pattern.matcher(text).replaceAll(replacement));
            return changed == body ? body.clone() : changed;
        } catch (IOException e) {
            return body;
        }
    }

    private static boolean isAtMost(byte[] body, ObjectFields.Field field, long most) {
        return field.kind() == JsonToken.VALUE_NUMBER_INT && field.length() < 19
                && Long.parseLong(new String(slice(body, field), StandardCharsets.US_ASCII)) <= most;
    }

    private static byte[] slice(byte[] body, ObjectFields.Field field) {
        return Arrays.copyOfRange(body, field.value(), field.end());
    }

    private static byte[] edit(byte[] body, String name,
            Function<Optional<ObjectFields.Field>, Optional<byte[]>> newValue) {
        try {
            ObjectFields fields = ObjectFields.pick(body, name);
            ObjectEdit edit = new ObjectEdit(body, fields);
            newValue.apply(fields.find(name)).ifPresentOrElse(value -> edit.set(name, value), () -> edit.remove(name));
            return edit.apply();
        } catch (IOException e) {
            return body;
        }
    }
}
