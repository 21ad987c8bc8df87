package io.dromedary.server;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;

import io.dromedary.client.ClientConnection;

/**
 * Closes a client's connection that brings no whole request head in time, be it idle, slow, or one that does not take
 * what it was answered. While a request is being served the time does not run: a stream may be silent for minutes. Safe
 * for several threads: a request begins on the event loop, while the end of the one before is noted by its own thread.
 */
final class ConnectionTimer {

    private final Vertx vertx;
    private final HttpConnection connection;
    private final long ms;
    private final boolean beyondBound;
    private long timer = -1;
    private int serving;
    private boolean over;

    /**
     * @param ms     how long a head may take, from the connection's or the last answer's end; 0 for as long as it wants
     * @param beyondBound whether there are as many connections as there may be without it
     * @param closed runs when the connection is closed
     */
    ConnectionTimer(Vertx vertx, HttpConnection connection, long ms, boolean beyondBound, Runnable closed) {
        this.vertx = vertx;
        this.connection = connection;
        this.ms = ms;
        this.beyondBound = beyondBound;
        connection.closeHandler(end -> {
            end();
            closed.run();
        });
        start();
    }

    private synchronized void end() {
        stop();
        over = true;
    }

    /** Whether it is one of those that are only there to ask for the gateway's health. */
    boolean isBeyondBound() {
        return beyondBound;
    }

    /** A request's head has come. */
    synchronized void requestBegins() {
        serving++;
        stop();
    }

    /** Its answer has ended. */
    synchronized void requestEnds() {
        if (--serving == 0) {
            start();
        }
    }

    private synchronized void start() {
        if (ms > 0 && !over) {
            timer = vertx.setTimer(ms, expired -> ClientConnection.closeNow(connection));
        }
    }

    private void stop() {
        if (timer >= 0) {
            vertx.cancelTimer(timer);
            timer = -1;
        }
    }
}
