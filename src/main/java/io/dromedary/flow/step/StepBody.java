package io.dromedary.flow.step;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.TypeConversionException;

import io.dromedary.client.RouteStepError;
import io.dromedary.json.Json;
import io.dromedary.json.ObjectEdit;
import io.dromedary.json.ObjectFields;

/** The request's JSON as the steps so far have left it in the message. */
public final class StepBody {

    private StepBody() {
    }

    /**
     * {@code body} with these fields in place of its own; the array itself where there are none.
     *
     * @param fields name to JSON text
     * @throws RouteStepError if {@code body} is no JSON object any more
     */
    public static byte[] with(Map<String, String> fields, byte[] body) {
        if (fields.isEmpty()) {
            return body;
        }
        try {
            ObjectEdit edit =
                    new ObjectEdit(body, ObjectFields.pick(body, fields.keySet().toArray(String[]::new)));
            fields.forEach((name, json) -> edit.set(name, json.getBytes(StandardCharsets.UTF_8)));
            return edit.apply();
        } catch (IOException e) {
            throw new RouteStepError(
                    "The message body is no JSON object, left by a step before: leave the request's JSON there");
        }
    }

    /**
     * Its bytes: a step may have left bytes, a text, a stream, or a map, which becomes JSON. Whether they are JSON is
     * not looked at.
     *
     * @throws RouteStepError if it is nothing of these
     */
    public static byte[] of(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        if (body instanceof Map) {
            return Json.bytes(body);
        }
        try {
            byte[] converted = body == null ? null : exchange.getMessage().getBody(byte[].class);
            if (converted != null) {
                return converted;
            }
        } catch (TypeConversionException e) {
            // told below, in words that help
        }
        throw new RouteStepError("The message body is " + (body == null ? "empty" : "a " + body.getClass().getName())
                + ", left by a step before: leave the request's JSON there");
    }
}
