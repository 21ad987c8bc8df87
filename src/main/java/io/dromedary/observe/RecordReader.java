package io.dromedary.observe;

/**
 * Reads each finished request. Called on the thread on which the request ended, often an event loop, several at a time:
 * must neither block nor throw.
 */
public interface RecordReader {

    /** A request has ended. */
    void ended(RequestRecord record);
}
