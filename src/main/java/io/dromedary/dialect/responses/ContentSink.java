package io.dromedary.dialect.responses;

import io.dromedary.dialect.Held;

/** Takes what a message or a result holds, part by part. */
interface ContentSink {

    /** Takes a text: the inside of a JSON string literal, copied as it is. */
    void text(byte[] json, int from, int to);

    /**
     * Takes a part that is no text.
     *
     * @param mark the word that stands for it where only text can
     * @return takes the part of a chat message, as JSON; null where there can be none
     */
    Held part(String mark);

    /** One that takes text only. */
    interface OfText extends ContentSink {

        @Override
        default Held part(String mark) {
            return null;
        }
    }
}
