package io.dromedary.cache;

/** Tells a request that waits for the answer of another one when nobody wants it any more. */
public interface Waiting {

    /** {@code end} is to be run when the client leaves or its request is cut short; at once if that has happened. */
    void begin(Runnable end);

    /** It is not to be run any more. */
    void end(Runnable end);
}
