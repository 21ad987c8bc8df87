package io.dromedary.dialect.messages;

import java.io.IOException;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.client.UpstreamFailed;
import io.dromedary.dialect.DialectRequest;
import io.dromedary.dialect.Held;
import io.dromedary.dialect.NativeRequest;
import io.dromedary.dialect.NativeStream;
import io.dromedary.dialect.TopFields;
import io.dromedary.json.Json;
import io.dromedary.json.JsonSlices;
import io.dromedary.json.JsonWalk;
import io.dromedary.json.ObjectEdit;
import io.dromedary.json.ObjectFields;
import io.dromedary.json.ObjectFields.Field;
import io.dromedary.request.SteeringFields;

/** A request of the Messages API for an upstream that speaks it. */
final class NativeMessages implements NativeRequest {

    /** They name a person, a machine or its files, or ask for what the upstream's own account must allow. */
    private static final Set<String> PRIVATE = Set.of("metadata", "safeguards", "client_metadata",
            "context_management");
    /** So many bytes may stand for a character. */
    private static final int LONGEST_ESCAPE = 6;
    private static final String VERSION = "anthropic-version";
    private static final String FIRST_VERSION = "2023-06-01";

    private final TopFields top;
    private final DialectRequest request;

    /** @param top the fields of the request's body */
    NativeMessages(TopFields top, DialectRequest request) {
        this.top = top;
        this.request = request;
    }

    @Override
    public String path() {
        return "/messages";
    }

    /** The version is a date; betas are the client's own affair with Anthropic. */
    @Override
    public Map<String, String> headers() {
        String version = request.header().apply(VERSION);
        return Map.of(VERSION, version != null && version.matches("[0-9-]{1,32}") ? version : FIRST_VERSION);
    }

    @Override
    public JsonSlices body(String model) {
        try {
            request.takes().accept(JsonSlices.copied(request.body().length, top.all().size()));
            ObjectEdit edit = top.edit();
            for (Field field : top.all()) {
                if (PRIVATE.contains(field.name()) || SteeringFields.steers(field.name())) {
                    edit.remove(field.name());
                }
            }
            NativeContent content = new NativeContent(request.takes());
            Field system = top.find("system");
            if (system != null && system.kind() == JsonToken.START_ARRAY) {
                set(edit, system, content.system(top.json(), system.value(), system.end()));
            } else if (system != null && isBilling(system)) {
                edit.remove("system");
            }
            Field messages = top.find("messages");
            set(edit, messages, content.messages(top.json(), messages.value(), messages.end()));
            edit.set("model", Json.literal(model));
            return edit.slices();
        } catch (IOException e) {
            throw new IllegalStateException("It was read as JSON before", e);
        }
    }

    /** Only its beginning is read: it may be as long as the request. */
    private boolean isBilling(Field system) throws IOException {
        JsonWalk walk = JsonWalk.overPart(top.json(), system.value(), system.end());
        return walk.next() == JsonToken.VALUE_STRING
                && walk.beginning(LONGEST_ESCAPE * MessageList.BILLING.length())
                        .startsWith(MessageList.BILLING);
    }

    private static void set(ObjectEdit edit, Field field, Held changed) {
        if (changed == null) {
            return;
        }
        if (changed.isEmpty()) {
            edit.remove(field.name());
        } else {
            edit.set(field.name(), changed.bytes());
        }
    }

    @Override
    public byte[] answer(byte[] body, String model) {
        try {
            ObjectFields fields = ObjectFields.pickOfAnswer(body, "type", "model");
            if (!fields.find("type").flatMap(fields::text).orElse("").equals("message")) {
                throw UpstreamFailed.unreadable("the answer is no message");
            }
            ObjectEdit edit = new ObjectEdit(body, fields);
            edit.set("model", Json.literal(model));
            return edit.apply();
        } catch (IOException e) {
            throw UpstreamFailed.unreadable("the answer is not a JSON object");
        }
    }

    @Override
    public NativeStream stream(String model) {
        return new NativeMessageStream(model, request.callId());
    }
}
