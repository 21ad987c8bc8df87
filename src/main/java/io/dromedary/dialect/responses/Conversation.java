package io.dromedary.dialect.responses;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.Slots;
import io.dromedary.json.JsonWalk;
import io.dromedary.json.ObjectFields;

/**
 * All that was said up to a request, item by item: what the responses before it were asked and answered, then its own
 * input, with kept items in the place of references to them.
 */
final class Conversation {

    private static final int ENTRY = 160;
    private static final String[] FIELDS = {"type", "role", "content", "id", "call_id", "name", "namespace",
        "arguments", "input", "output", "summary", "encrypted_content", "action", "operation", "tools"};

    private final StoredResponse previous;
    private final byte[] json;
    private final ObjectFields.Field input;
    private final ResponseStore store;
    private final String owner;
    private final LongConsumer takes;
    private final Map<String, StoredItem> references = new HashMap<>();
    private final Set<String> forgotten = new HashSet<>();

    /** Takes what was said. */
    interface Visitor {

        /** An input that is a string: the inside of its literal. */
        void text(byte[] json, int from, int to) throws IOException;

        /**
         * An item.
         *
         * @param path   its place in the request, for what is refused
         * @param number counts on over all of the conversation
         */
        void item(Slots item, String path, int number) throws IOException;
    }

    /**
     * A conversation.
     *
     * @param previous the response that it goes on from, or null
     * @param json     the request, or the input of a kept one
     * @param input    in it; may be null
     */
    Conversation(StoredResponse previous, byte[] json, ObjectFields.Field input, ResponseStore store, String owner,
            LongConsumer takes) {
        this.previous = previous;
        this.json = json;
        this.input = input;
        this.store = store;
        this.owner = owner;
        this.takes = takes;
    }

    /** What the references in the request's own input are, as far as it has been visited. */
    Map<String, StoredItem> references() {
        return references;
    }

    /**
     * Goes over all of it, in its order.
     *
     * @throws ApiError 400 for an item that is none, or a reference to what is not kept
     */
    void visit(Visitor visitor) throws IOException {
        Pass pass = new Pass(visitor);
        pass.before(previous);
        if (input != null) {
            pass.visit(json, input.value(), input.end(), null);
        }
    }

    /** Goes over what was asked for a kept response, as {@link #visit} does. */
    static void visitInput(StoredResponse response, Visitor visitor) throws IOException {
        Conversation before = new Conversation(response.previous(), null, null, null, null, bytes -> { });
        Pass pass = before.new Pass(visitor);
        pass.before(response.previous());
        pass.input(response);
    }

    /** In which item the result of each call stands last. */
    Map<String, Integer> lastResults() throws IOException {
        Map<String, Integer> last = new HashMap<>();
        visit(new Visitor() {
            @Override
            public void text(byte[] text, int from, int to) {
                // no result of a tool
            }

            @Override
            public void item(Slots item, String path, int number) {
                if (item.hasText("call_id") && JsonText.shorter(item, "type").endsWith("_output")) {
                    takes.accept(ENTRY + 2L * (item.end("call_id") - item.start("call_id")));
                    last.put(item.text("call_id"), number);
                }
            }
        });
        return last;
    }

    private StoredItem resolve(String id, String path) {
        if (references.containsKey(id) || forgotten.contains(id)) {
            return references.get(id);
        }
        takes.accept(ENTRY + 2L * id.length());
        StoredItem found = store.item(owner, id).orElse(null);
        if (found != null) {
            references.put(id, found);
        } else if (id.startsWith(ItemKind.REASONING.prefix())) {
            forgotten.add(id); // what was thought may be missing, what was said may not
        } else {
            throw ApiError.badRequest("item_not_found", path, "Item with id '" + id + "' not found. The gateway keeps "
                    + "items in memory, for a time and for the key that they were made for. Send the whole item in its "
                    + "place, or set 'store' to false, so that your client sends all items whole");
        }
        return found;
    }

    /** One way over it. */
    private final class Pass {

        private final Visitor visitor;
        private final Slots slots = new Slots(FIELDS);
        private final Set<String> seen = new HashSet<>();
        private int number;
        private long read;

        Pass(Visitor visitor) {
            this.visitor = visitor;
        }

        void before(StoredResponse last) throws IOException {
            Deque<StoredResponse> chain = new ArrayDeque<>();
            for (StoredResponse response = last; response != null; response = response.previous()) {
                chain.push(response);
            }
            for (StoredResponse response : chain) {
                input(response);
                for (int i = 0; i < response.items(); i++) {
                    item(response.item(i), "previous_response_id");
                }
            }
        }

        void input(StoredResponse response) throws IOException {
            if (response.input() != null) {
                visit(response.input(), 0, response.input().length, response);
            }
        }

        void visit(byte[] bytes, int from, int to, StoredResponse kept) throws IOException {
            JsonWalk walk = JsonWalk.overPart(bytes, from, to);
            if (walk.next() == JsonToken.VALUE_STRING) {
                visitor.text(bytes, walk.start() + 1, walk.end() - 1);
                number++;
                return;
            }
            if (walk.token() != JsonToken.START_ARRAY) {
                throw ApiError.badRequest("invalid_type", "input", "'input' must be a string or an array of items");
            }
            seen.clear();
            for (int i = 0; walk.next() != JsonToken.END_ARRAY; i++) {
                String path = kept == null ? "input[" + i + "]" : "previous_response_id";
                if (walk.token() != JsonToken.START_OBJECT) {
                    throw ApiError.badRequest("invalid_type", path, "'" + path + "' must be an object");
                }
                slots.read(walk);
                if (isReference()) {
                    reference(path, kept);
                } else {
                    visitor.item(slots, path, number++);
                }
            }
        }

        private boolean isReference() {
            return slots.has("type") ? JsonText.shorter(slots, "type").equals("item_reference")
                    : slots.has("id") && !slots.has("role") && !slots.has("content");
        }

        private void reference(String path, StoredResponse kept) throws IOException {
            String id = JsonText.required(slots, "id", path);
            // Clients name an item once for each of its parts.
            if (seen.add(id)) {
                takes.accept(ENTRY);
                StoredItem found = kept == null ? resolve(id, path) : kept.references().get(id);
                if (found != null) {
                    item(found, path);
                }
            }
        }

        void item(StoredItem item, String path) throws IOException {
            read += item.to() - item.from();
            if (store != null && read > store.mostRead()) {
                throw ApiError.badRequest("request_beyond_limit", path, "What the request refers to has more than "
                        + store.mostRead() + " bytes: send the whole input");
            }
            JsonWalk walk = JsonWalk.overPart(item.response().json(), item.from(), item.to());
            walk.next();
            visitor.item(slots.read(walk), path, number++);
        }
    }
}
