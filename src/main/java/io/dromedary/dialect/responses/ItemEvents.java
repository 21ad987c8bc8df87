package io.dromedary.dialect.responses;

import io.dromedary.dialect.Held;

/** Is told how the items of an answer grow; a plain answer tells nobody. */
interface ItemEvents {

    /** Tells nobody. */
    ItemEvents NONE = new ItemEvents() {
    };

    /** The answer begins. */
    default void begun() {
    }

    /** An item begins; {@code json} is its first state. */
    default void added(OutputItem item, byte[] json) {
    }

    /** The item's text or arguments grow by that JSON string literal. */
    default void grown(OutputItem item, byte[] literal) {
    }

    /**
     * The item is whole.
     *
     * @param output holds its last state from {@code from} on, to its end
     */
    default void done(OutputItem item, Held output, int from) {
    }
}
