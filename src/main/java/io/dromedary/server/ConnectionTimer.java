package io.dromedary.server;

import java.util.concurrent.TimeUnit;

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
    private final long oldAtNanos;
    private final boolean ages;
    private long timer = -1;
    private long idleSinceNanos;
    private int serving;
    private boolean over;

    /**
     * @param ms     how long a head may take, from the connection's or the last answer's end; 0 for as long as it wants
     * @param beyondBound whether there are as many connections as there may be without it
     * @param ageMs  how long it is used, in ms; 0 for as long as its client wants
     * @param closed runs when the connection is closed
     */
    ConnectionTimer(Vertx vertx, HttpConnection connection, long ms, boolean beyondBound, long ageMs,
            Runnable closed) {
        this.vertx = vertx;
        this.connection = connection;
        this.ms = ms;
        this.beyondBound = beyondBound;
        this.ages = ageMs > 0;
        this.oldAtNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ageMs);
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

    /** Whether it has been used for as long as it may be. */
    boolean isOld() {
        return ages && System.nanoTime() - oldAtNanos >= 0;
    }

    /** A request's head has come. */
    synchronized void requestBegins() {
        serving++;
    }

    /** Its answer has ended. */
    synchronized void requestEnds() {
        if (--serving == 0) {
            start();
        }
    }

    /**
     * A timer that runs goes on, through the next requests too: it looks how long the connection has waited when it is
     * over. One that is set and taken back for each request would be a good part of what the server costs.
     */
    private synchronized void start() {
        idleSinceNanos = System.nanoTime();
        if (ms > 0 && timer < 0 && !over) {
            timer = vertx.setTimer(ms, expired -> look());
        }
    }

    private void look() {
        synchronized (this) {
            timer = -1;
            if (over || serving > 0) {
                return;
            }
            long leftNanos = TimeUnit.MILLISECONDS.toNanos(ms) - (System.nanoTime() - idleSinceNanos);
            if (leftNanos > 0) {
                timer = vertx.setTimer(TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1, expired -> look());
                return;
            }
        }
        ClientConnection.closeNow(connection);
    }

    private void stop() {
        if (timer >= 0) {
            vertx.cancelTimer(timer);
            timer = -1;
        }
    }
}
