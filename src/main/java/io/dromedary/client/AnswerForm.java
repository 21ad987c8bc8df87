package io.dromedary.client;

import java.util.Map;

/**
 * How the API that a client speaks writes what the gateway itself has to say: an error, and a sign of life. Knows
 * nothing of one request; safe for several threads.
 */
public interface AnswerForm {

    /** OpenAI's, for every path that has no other. */
    AnswerForm OPENAI = OpenAiAnswerForm.INSTANCE;

    /** The HTTP status for that error. */
    int status(ApiError error);

    /** The JSON of an answer that is that error. */
    byte[] error(ApiError error, String callId);

    /**
     * The bytes of the event, or events, that end a stream of which nothing but its head and {@link #keepAlive} has
     * been sent.
     */
    byte[] errorEvent(ApiError error, String callId);

    /** What a client that waits for the first content of a stream is sent; its official clients pass it over. */
    byte[] keepAlive();

    /** Headers of every answer beside those that all answers have. */
    Map<String, String> headers(String callId);
}
