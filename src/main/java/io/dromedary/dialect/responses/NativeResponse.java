package io.dromedary.dialect.responses;

import java.io.IOException;
import java.util.Map;
import java.util.function.LongConsumer;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.client.UpstreamFailed;
import io.dromedary.dialect.Held;
import io.dromedary.dialect.NativeRequest;
import io.dromedary.dialect.NativeStream;
import io.dromedary.dialect.Slots;
import io.dromedary.dialect.TopFields;
import io.dromedary.json.Json;
import io.dromedary.json.JsonSlices;
import io.dromedary.json.ObjectEdit;
import io.dromedary.json.ObjectFields;
import io.dromedary.request.SteeringFields;

/**
 * A request of the Responses API for an upstream that speaks it. What the client refers to by id is known here and not
 * there, so it goes along whole.
 */
final class NativeResponse implements NativeRequest {

    private static final int LONGEST_ID = 512;

    private final TopFields top;
    private final Conversation conversation;
    private final boolean refers;
    private final Keeping keeping;
    private final LongConsumer takes;

    /** @param refers whether the request refers to what is kept here */
    NativeResponse(TopFields top, Conversation conversation, boolean refers, Keeping keeping, LongConsumer takes) {
        this.top = top;
        this.conversation = conversation;
        this.refers = refers;
        this.keeping = keeping;
        this.takes = takes;
    }

    @Override
    public String path() {
        return "/responses";
    }

    @Override
    public Map<String, String> headers() {
        return Map.of();
    }

    @Override
    public JsonSlices body(String model) {
        takes.accept(JsonSlices.copied(top.json().length, top.all().size()));
        ObjectEdit edit = top.edit();
        edit.set("model", Json.literal(model));
        edit.remove("client_metadata");
        for (ObjectFields.Field field : top.all()) {
            if (SteeringFields.steers(field.name())) {
                edit.remove(field.name());
            }
        }
        if (refers || holdsOurs()) {
            edit.set("input", whole());
            edit.remove("previous_response_id");
        }
        return edit.slices();
    }

    private boolean holdsOurs() {
        boolean[] found = {false};
        visit(new Conversation.Visitor() {
            @Override
            public void text(byte[] json, int from, int to) {
                // no reasoning
            }

            @Override
            public void item(Slots item, String path, int number) {
                found[0] |= isOurs(item);
            }
        });
        return found[0];
    }

    /** Sealed here, by an earlier answer that was a chat: an upstream refuses reasoning that it cannot open. */
    private static boolean isOurs(Slots item) {
        return JsonText.shorter(item, "type").equals("reasoning")
                && JsonText.shorter(item, "encrypted_content").startsWith(ReasoningSeal.MARK);
    }

    private void visit(Conversation.Visitor visitor) {
        try {
            conversation.visit(visitor);
        } catch (IOException e) {
            throw new IllegalStateException("Read before", e);
        }
    }

    private byte[] whole() {
        Held out = new Held(takes).add("[");
        visit(new Conversation.Visitor() {
            @Override
            public void text(byte[] json, int from, int to) {
                out.add(out.size() > 1 ? "," : "").add("{\"role\":\"user\",\"content\":\"").add(json, from, to)
                        .add("\"}");
            }

            @Override
            public void item(Slots item, String path, int number) {
                if (isOurs(item)) {
                    return;
                }
                out.add(out.size() > 1 ? "," : "").add(item.json(), item.from(), item.to());
            }
        });
        return out.add("]").copied();
    }

    @Override
    public byte[] answer(byte[] body, String model) {
        try {
            ObjectFields fields = ObjectFields.pickOfAnswer(body, "model", "output", "status");
            if (fields.find("output").filter(output -> output.kind() == JsonToken.START_ARRAY).isEmpty()) {
                throw UpstreamFailed.unreadable("the answer has no output");
            }
            if (fields.find("status").flatMap(fields::text).filter("failed"::equals).isPresent()) {
                throw UpstreamFailed.unreadable("the answer says that it has failed");
            }
            ObjectEdit edit = new ObjectEdit(body, fields);
            edit.set("model", Json.literal(model));
            byte[] told = edit.apply();
            keep(told, keeping);
            return told;
        } catch (IOException e) {
            throw UpstreamFailed.unreadable("the answer is not JSON");
        }
    }

    /** Keeps a response that an upstream made, where it can be kept. */
    static void keep(byte[] response, Keeping keeping) throws IOException {
        ObjectFields fields = ObjectFields.pickOfAnswer(response, "id");
        String id = fields.find("id").filter(field -> field.length() < LONGEST_ID).flatMap(fields::text).orElse("");
        if (!id.isEmpty()) {
            keeping.put(id, response);
        }
    }

    @Override
    public NativeStream stream(String model) {
        return new NativeResponseStream(model, keeping);
    }
}
