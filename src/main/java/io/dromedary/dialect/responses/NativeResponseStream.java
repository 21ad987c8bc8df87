package io.dromedary.dialect.responses;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.Held;
import io.dromedary.dialect.NativeStream;
import io.dromedary.json.Json;
import io.dromedary.json.JsonWalk;
import io.dromedary.json.ObjectEdit;
import io.dromedary.json.ObjectFields;
import io.dromedary.json.TokenUsage;

/** What must be known of a stream of the Responses API as an upstream tells it. */
final class NativeResponseStream extends NativeStream {

    private static final String CONTAINER = "response";

    private final String model;
    private final Keeping keeping;
    private String id = "";
    private TokenUsage usage = TokenUsage.NONE;

    /** @param model the model's name for the client */
    NativeResponseStream(String model, Keeping keeping) {
        super(model, CONTAINER);
        this.model = model;
        this.keeping = keeping;
    }

    @Override
    protected Role role(String type) {
        return switch (type) {
            case "response.completed", "response.incomplete" -> Role.END;
            case "response.failed", "error" -> Role.ERROR;
            case "response.output_item.done" -> Role.CONTENT;
            default -> type.endsWith(".delta") ? Role.CONTENT : Role.OTHER;
        };
    }

    @Override
    protected void count(byte[] json, ObjectFields fields) throws IOException {
        ObjectFields.Field response = fields.find(CONTAINER).orElse(null);
        if (response == null || response.kind() != JsonToken.START_OBJECT) {
            return;
        }
        ObjectFields inner = ObjectFields.pickOfAnswer(json, response.value(), response.end(), "id", "usage");
        id = inner.find("id").filter(field -> field.length() < 512).flatMap(inner::text).orElse(id);
        ObjectFields.Field told = inner.find("usage").orElse(null);
        if (told != null && told.kind() == JsonToken.START_OBJECT) {
            JsonWalk walk = JsonWalk.overAnswer(json, told.value(), told.end());
            walk.next();
            usage = TokenUsage.read(walk);
        }
        if (role(fields.find("type").flatMap(fields::text).orElse("")) == Role.END) {
            byte[] whole = Arrays.copyOfRange(json, response.value(), response.end());
            ObjectEdit edit = new ObjectEdit(whole, ObjectFields.pickOfAnswer(whole, "model"));
            edit.set("model", Json.literal(model));
            NativeResponse.keep(edit.apply(), keeping);
        }
    }

    @Override
    public TokenUsage usage() {
        return usage;
    }

    @Override
    public void fail(ApiError failure, ByteArrayOutputStream out) {
        ResponseIds ids = id.isEmpty() ? ResponseIds.random() : ResponseIds.of(id);
        ResponseJson response = new ResponseJson(ids, model, Echo.NONE, bytes -> { });
        StreamEvents events = new StreamEvents(response, (int) Math.min(Integer.MAX_VALUE, nextNumber()));
        events.to(out);
        if (id.isEmpty()) {
            events.begun();
        }
        events.failed(failure, new Held(bytes -> { }));
    }
}
