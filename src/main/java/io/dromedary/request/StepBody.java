package io.dromedary.request;

import java.util.Map;

import org.apache.camel.Exchange;
import org.apache.camel.TypeConversionException;

import io.dromedary.json.Json;

/** The request's JSON as the steps so far have left it in the message. */
public final class StepBody {

    private StepBody() {
    }

    /**
     * Its bytes: a step may have left bytes, a text, a stream, or a map, which becomes JSON. Whether they are JSON is not looked at.
     *
     * @throws StepMistake if it is nothing of these
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
        throw new StepMistake("The message body is " + (body == null ? "empty" : "a " + body.getClass().getName())
                + ", left by a step before: leave the request's JSON there");
    }
}
