package io.dromedary.http;

import java.io.IOException;

/** All connections of a pool were in use for as long as a request may wait for one. */
public final class NoFreeConnection extends IOException {

    NoFreeConnection(long waitedMs) {
        super("No connection of the pool became free within " + waitedMs + " ms");
    }

    /** Without a stack trace: it is an expected outcome under load. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
