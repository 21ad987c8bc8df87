package io.dromedary.dialect.messages;

import io.dromedary.client.ApiError;

/** Where in a request's messages the reading is, for errors that name it: {@code messages.3.content.1}. */
final class Place {

    private static final int NONE = -1;

    private final String list;
    private int message = NONE;
    private int block = NONE;
    private int item = NONE;

    /** @param list the field in which the messages stand */
    Place(String list) {
        this.list = list;
    }

    /** The next message. */
    void nextMessage() {
        message++;
        block = NONE;
        item = NONE;
    }

    /** The next block of the message's content. */
    void nextBlock() {
        block++;
        item = NONE;
    }

    /** The next item of the block's own content. */
    void nextItem() {
        item++;
    }

    /** The block's own content is over. */
    void noItem() {
        item = NONE;
    }

    /** A 400 that names this place, and the field under it where there is one. */
    ApiError refuse(String field, String words) {
        String path = field.isEmpty() ? toString() : this + "." + field;
        return ApiError.badRequest("invalid_value", path, path + ": " + words);
    }

    @Override
    public String toString() {
        return list + "." + message + (block == NONE ? "" : ".content." + block)
                + (item == NONE ? "" : ".content." + item);
    }
}
