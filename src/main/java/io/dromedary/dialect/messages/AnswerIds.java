package io.dromedary.dialect.messages;

import java.util.Locale;

/** The ids of one answer, made of the request's call id: those of other answers are others. */
final class AnswerIds {

    private final String letters;
    private int calls;

    /** @param callId the request's */
    AnswerIds(String callId) {
        letters = callId.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    /** The id of the message. */
    String message() {
        return "msg_" + letters;
    }

    /** The id of a call: the model's server's own, or the next one where it gave none. */
    String call(String given) {
        calls++;
        return given.isEmpty() ? "toolu_" + letters + "_" + calls : given;
    }
}
