package io.dromedary.http;

/** Takes a body on the event loop on which it is read, so that no thread is woken for each read. Must not block. */
public interface BodySink {

    /**
     * Takes the next bytes.
     *
     * @return whether it takes more here; if not, what follows waits for a thread that reads it
     */
    boolean take(byte[] bytes);

    /**
     * All bytes of one read of the connection have been given.
     *
     * @return as {@link #take} does
     */
    boolean readOver();

    /** After how much silence {@link #quiet} is to be called, in ms; 0 for never. */
    default long quietMs() {
        return 0;
    }

    /**
     * Nothing has come for some time: between {@link #quietMs} and half as much more.
     *
     * @return as {@link #take} does
     */
    default boolean quiet() {
        return true;
    }
}
