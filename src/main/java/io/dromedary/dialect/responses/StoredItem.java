package io.dromedary.dialect.responses;

/** An item of a kept response's output, by its place in {@link StoredResponse#json}. */
record StoredItem(StoredResponse response, int from, int to) {
}
