package io.dromedary.upstream;

/** Takes a body on the event loop on which it comes in, so that no thread is woken for each read. Must not block. */
public interface BodySink {

    /**
     * Takes the next bytes.
     *
     * @return whether it takes more here; what comes else waits for a thread that reads it
     */
    boolean take(byte[] bytes);

    /**
     * All that one read of the connection brought has been given.
     *
     * @return as {@link #take} does
     */
    boolean readOver();
}
