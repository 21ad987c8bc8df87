package io.dromedary.dialect.responses;

import java.io.ByteArrayOutputStream;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.dialect.Held;
import io.dromedary.dialect.TopFields;
import io.dromedary.json.ObjectFields;

/** What a response says again of its request. The SDKs' types need some of it; all of it is as the client sent it. */
final class Echo {

    /** Without a request: of an error before one is known. */
    static final Echo NONE = new Echo(TopFields.read(Held.ascii("{}"), 1), false);

    /** Name, and what stands there where the request has none. */
    private static final String[][] FIELDS = {
        {"instructions", "null"}, {"max_output_tokens", "null"}, {"metadata", "{}"}, {"parallel_tool_calls", "true"},
        {"previous_response_id", "null"}, {"reasoning", "{\"effort\":null,\"summary\":null}"},
        {"safety_identifier", "null"}, {"service_tier", "\"default\""}, {"temperature", "1.0"},
        {"text", "{\"format\":{\"type\":\"text\"}}"}, {"tool_choice", "\"auto\""}, {"tools", "[]"},
        {"top_logprobs", "0"}, {"top_p", "1.0"}, {"truncation", "\"disabled\""}, {"user", "null"}};

    private final TopFields top;
    private final boolean keep;

    /** @param keep whether the response is meant to be kept */
    Echo(TopFields top, boolean keep) {
        this.top = top;
        this.keep = keep;
    }

    /** Whether the response is meant to be kept. */
    boolean keep() {
        return keep;
    }

    /** How many bytes it has, at most. */
    long size() {
        return 1024L + top.json().length;
    }

    /** Writes the fields, each after a comma. */
    void write(ByteArrayOutputStream out) {
        for (String[] field : FIELDS) {
            out.writeBytes(Held.ascii(",\"" + field[0] + "\":"));
            ObjectFields.Field sent = top.find(field[0]);
            if (sent == null || isEmpty(sent)) {
                out.writeBytes(Held.ascii(field[1]));
            } else {
                JsonText.oneLine(out, top.json(), sent.value(), sent.end());
            }
        }
    }

    /** LangChain sends {@code "text": {}}, which the types have not. */
    private static boolean isEmpty(ObjectFields.Field sent) {
        return sent.kind() == JsonToken.START_OBJECT && sent.length() == 2;
    }
}
