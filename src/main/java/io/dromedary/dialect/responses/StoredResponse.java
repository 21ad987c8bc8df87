package io.dromedary.dialect.responses;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.json.JsonWalk;
import io.dromedary.json.ObjectFields;

/**
 * A response that is kept: its JSON, and what was asked, as it came. What that refers to is held by reference, not
 * copied: a conversation takes as much memory as it has bytes. What a lock must guard is {@link ResponseStore}'s.
 */
final class StoredResponse {

    /** What it takes beside its bytes, about. */
    private static final int OVERHEAD = 512;
    private static final int PER_ITEM = 128;
    /** No answer has more; an upstream's output of nothing but zeros has a million in two megabytes. */
    private static final int MOST_ITEMS = 100_000;

    private final String owner;
    private final String id;
    private final byte[] json;
    private final byte[] input;
    private final Map<String, StoredItem> references;
    private final StoredResponse previous;
    private final int depth;
    private final int[] items;
    private final String[] foreignIds;
    /** How many hold it: the store's list, and responses that refer to it. Guarded by the store. */
    private int holders;
    /** When it was asked for last, by the store's clock. Guarded by the store. */
    private long usedAt;

    /**
     * One that is kept.
     *
     * @param json       the response as the client got it
     * @param input      the request's {@code input}: a JSON string or array; null where there was none
     * @param references what its item references are, by their id
     * @param previous   the response that it goes on from, or null
     * @throws IllegalArgumentException if the JSON is no response, or has more than 100,000 items
     */
    StoredResponse(String owner, String id, byte[] json, byte[] input, Map<String, StoredItem> references,
            StoredResponse previous) {
        this.owner = owner;
        this.id = id;
        this.json = json;
        this.input = input;
        this.references = Map.copyOf(references);
        this.previous = previous;
        this.depth = previous == null ? 1 : previous.depth + 1;
        this.items = items(json);
        this.foreignIds = foreignIds();
    }

    private static int[] items(byte[] json) {
        try {
            ObjectFields.Field output = ObjectFields.pick(json, "output").find("output").orElseThrow();
            JsonWalk walk = JsonWalk.overPart(json, output.value(), output.end());
            walk.next();
            int[] places = new int[8];
            int count = 0;
            while (walk.next() != JsonToken.END_ARRAY) {
                if (count == 2 * MOST_ITEMS) {
                    throw new IllegalArgumentException("The response has more than " + MOST_ITEMS + " items");
                }
                if (count == places.length) {
                    places = Arrays.copyOf(places, 2 * count);
                }
                places[count] = walk.start();
                walk.skip();
                places[count + 1] = walk.end();
                count += 2;
            }
            return Arrays.copyOf(places, count);
        } catch (IOException e) {
            throw new IllegalArgumentException("No response", e);
        }
    }

    /** The ids of the items that another server made; no id of ours is among them: they need no index. */
    private String[] foreignIds() {
        String[] ids = new String[ResponseIds.isOwn(id) ? 0 : items()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = ResponseIds.of(item(i));
        }
        return ids;
    }

    String owner() {
        return owner;
    }

    String id() {
        return id;
    }

    /** What the client got. */
    byte[] json() {
        return json;
    }

    /** The request's {@code input}, or null. */
    byte[] input() {
        return input;
    }

    Map<String, StoredItem> references() {
        return references;
    }

    /** The response before it, or null. */
    StoredResponse previous() {
        return previous;
    }

    /** How many responses there are up to it. */
    int depth() {
        return depth;
    }

    /** How many items its output has. */
    int items() {
        return items.length / 2;
    }

    /** The item of its output with that number. */
    StoredItem item(int number) {
        return new StoredItem(this, items[2 * number], items[2 * number + 1]);
    }

    /** The ids of its items in their order, where another server made them; else empty. */
    String[] foreign() {
        return foreignIds;
    }

    /** What it takes of memory itself, in bytes. */
    long size() {
        return OVERHEAD + (long) json.length + (input == null ? 0 : input.length)
                + (long) PER_ITEM * (items.length + references.size());
    }

    /** What else must stay as long as it does; one may be named several times. */
    List<StoredResponse> holds() {
        List<StoredResponse> held = new ArrayList<>(references.size() + 1);
        references.values().forEach(item -> held.add(item.response()));
        if (previous != null) {
            held.add(previous);
        }
        return held;
    }

    /** One more holds it; whether it was the first. */
    boolean hold() {
        return holders++ == 0;
    }

    /** One less holds it; whether it was the last. */
    boolean release() {
        return --holders == 0;
    }

    long usedAt() {
        return usedAt;
    }

    void usedAt(long now) {
        usedAt = now;
    }
}
