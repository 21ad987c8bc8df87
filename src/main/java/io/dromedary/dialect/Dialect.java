package io.dromedary.dialect;

import java.util.function.UnaryOperator;

import io.dromedary.client.AnswerForm;

/**
 * An API by which clients ask a model, other than chat completions. It reads a request into chat's terms, and writes
 * answers, streams and errors as its clients expect them. Plan, attempts, clocks and failover know none of them. Safe
 * for several threads.
 */
public interface Dialect extends AnswerForm {

    /** The name by which routes know it, such as {@code messages}. */
    String name();

    /** The path by which its clients ask for an answer, such as {@code /v1/messages}. */
    String path();

    /** The path under a deployment's base URL at which an upstream that speaks it counts the tokens of a request. */
    String countPath();

    /** The JSON that tells a client how many tokens its request has. */
    byte[] tokenCount(long tokens);

    /**
     * Whether a request's head alone shows that its client speaks this: what is refused before any route knows of it is
     * refused in the client's own form.
     *
     * @param header gives a request header by its name, or null
     */
    boolean isSpokenAt(String path, UnaryOperator<String> header);

    /**
     * Reads a request.
     *
     * @return it in chat's terms, and what the way back needs
     * @throws io.dromedary.client.ApiError 400, in the words of this API, if no chat completion can be made of it
     */
    Translation translate(DialectRequest request);
}
