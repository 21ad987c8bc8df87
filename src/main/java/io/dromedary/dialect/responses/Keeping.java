package io.dromedary.dialect.responses;

import java.util.Arrays;
import java.util.Map;

import io.dromedary.dialect.TopFields;
import io.dromedary.json.ObjectFields;

/**
 * Keeps the response to one request, with what was asked.
 *
 * @param store      null where it is not to be kept
 * @param owner      for whom
 * @param references what the input refers to
 * @param previous   the response that it goes on from, or null
 * @param top        the request
 */
record Keeping(ResponseStore store, String owner, Map<String, StoredItem> references, StoredResponse previous,
        TopFields top) {

    /** Keeps it; false where there is no room for it, or it is not to be kept. */
    boolean put(String id, byte[] json) {
        if (store == null) {
            return false;
        }
        ObjectFields.Field input = top.find("input");
        if (!store.mayTake((long) json.length + (input == null ? 0 : input.length()))) {
            return false;
        }
        byte[] asked = input == null ? null : Arrays.copyOfRange(top.json(), input.value(), input.end());
        try {
            return store.put(new StoredResponse(owner, id, json, asked, references, previous));
        } catch (IllegalArgumentException e) {
            return false; // no output that could be referred to
        }
    }
}
