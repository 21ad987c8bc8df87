package io.dromedary.dialect.responses;

import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.Held;
import io.dromedary.json.Json;

/** What clients read of the responses that are kept: {@code GET} and {@code DELETE /v1/responses/{id}}. */
public final class StoredResponses {

    private final ResponseStore store;

    /** @param store where they are kept */
    public StoredResponses(ResponseStore store) {
        this.store = store;
    }

    /**
     * The response as its client got it.
     *
     * @throws ApiError 404 if the owner has none of that id
     */
    public byte[] response(String owner, String id) {
        return find(owner, id).json();
    }

    /**
     * Lets a response go; those that went on from it keep what they were made of.
     *
     * @return the JSON that says so
     * @throws ApiError 404 if the owner has none of that id
     */
    public byte[] delete(String owner, String id) {
        if (!store.remove(owner, id)) {
            throw missing(id);
        }
        // The id may be an upstream's own, in letters of any kind.
        Held told = new Held(bytes -> { }).add("{\"id\":");
        told.writeBytes(Json.literal(id));
        return told.add(",\"object\":\"response\",\"deleted\":true}").bytes();
    }

    /**
     * A page of what was asked for a response, with all that went before it.
     *
     * @param query gives a parameter of the query by its name, or null: {@code limit} (1 to 100, or 20), {@code order}
     *              ({@code asc}, or {@code desc}) and {@code after}, the id of the item before the page
     * @param takes is told how much memory is about to be taken, in bytes; it may throw a 503
     * @throws ApiError 404 if the owner has none of that id; 400 for a query that is wrong
     */
    public byte[] inputItems(String owner, String id, UnaryOperator<String> query, LongConsumer takes) {
        return new InputItemList(find(owner, id), takes).page(query);
    }

    private StoredResponse find(String owner, String id) {
        return store.find(owner, id).orElseThrow(() -> missing(id));
    }

    private static ApiError missing(String id) {
        return ApiError.of(404, "invalid_request_error", "response_not_found", "response_id", "Response with id '" + id
                + "' not found. The gateway keeps responses in memory, for a time and for the key that they were made "
                + "for; not those with 'store' false");
    }
}
