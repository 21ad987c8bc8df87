package io.dromedary.dialect.responses;

import java.io.IOException;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.dialect.Slots;
import io.dromedary.json.JsonWalk;

/**
 * The ids of a response and of the items of its output. An item's id holds the response's, so that the one leads to the
 * other without an index.
 *
 * @param base what they have in common
 */
record ResponseIds(String base) {

    private static final String RESPONSE = "resp_";
    private static final Pattern OWN = Pattern.compile(RESPONSE + "[0-9a-f]{32}");
    private static final Pattern ITEM = Pattern.compile("[a-z]{2,4}_([0-9a-f]{32})_(\\d{1,6})");

    /** New ones, which nobody guesses. */
    static ResponseIds random() {
        return new ResponseIds(UUID.randomUUID().toString().replace("-", ""));
    }

    /** Those of a response that another one made, or of an error that is told as a response. */
    static ResponseIds of(String id) {
        return new ResponseIds((id.startsWith(RESPONSE) ? id.substring(RESPONSE.length()) : id)
                .replaceAll("[^A-Za-z0-9_-]", ""));
    }

    String response() {
        return RESPONSE + base;
    }

    /** The id of an item of the output. */
    String item(ItemKind kind, int number) {
        return kind.prefix() + base + "_" + number;
    }

    /** Which item of its response has that id; -1 where it is none of these ids. */
    static int numberIn(String item) {
        Matcher parts = ITEM.matcher(item);
        return parts.matches() ? Integer.parseInt(parts.group(2)) : -1;
    }

    /** The response of the item with that id, which {@link #numberIn} knows. */
    static String responseOf(String item) {
        Matcher parts = ITEM.matcher(item);
        if (!parts.matches()) {
            throw new IllegalArgumentException("No id of an item");
        }
        return RESPONSE + parts.group(1);
    }

    /** Whether the id of a response was made here. */
    static boolean isOwn(String response) {
        return OWN.matcher(response).matches();
    }

    /** The id of that item; empty where it has none. */
    static String of(StoredItem item) {
        JsonWalk walk = JsonWalk.overPart(item.response().json(), item.from(), item.to());
        try {
            return walk.next() == JsonToken.START_OBJECT ? JsonText.shorter(new Slots("id").read(walk), "id") : "";
        } catch (IOException e) {
            throw new IllegalStateException("Written here", e);
        }
    }
}
