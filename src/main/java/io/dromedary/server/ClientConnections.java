package io.dromedary.server;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;

/**
 * The connections of clients, bounded in all and, where that is set, of one address. A few more than the bound are
 * taken for a moment, so that whoever asks for the gateway's health is answered; beyond these, a connection is closed
 * at once.
 */
final class ClientConnections {

    private static final int FOR_HEALTH = 64;
    private static final long FOR_HEALTH_MS = 2000;
    /** Connections that were opened together do not end together: each is used for up to a fifth less. */
    private static final double JITTER = 0.2;

    private final Vertx vertx;
    private final int most;
    private final int mostOfOneAddress;
    private final long headMs;
    private final long ageMs;
    private final Map<HttpConnection, ConnectionTimer> open = new ConcurrentHashMap<>();
    private final Map<String, Integer> byAddress = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    /**
     * @param most             how many there may be
     * @param mostOfOneAddress how many there may be from one address; 0 for as many
     * @param headMs           how long a request's head may take, in ms
     * @param ageMs            how long one is used at most, in ms; 0 for as long as its client wants
     */
    ClientConnections(Vertx vertx, int most, int mostOfOneAddress, long headMs, long ageMs) {
        this.vertx = vertx;
        this.most = most;
        this.mostOfOneAddress = mostOfOneAddress;
        this.headMs = headMs;
        this.ageMs = ageMs;
    }

    /** A client has connected. False if the connection has been closed for that. */
    boolean opened(HttpConnection connection) {
        String address = connection.remoteAddress().hostAddress();
        int now = count.incrementAndGet();
        int ofAddress = mostOfOneAddress == 0 ? 0 : byAddress.merge(address, 1, Integer::sum);
        boolean over = now > most || ofAddress > mostOfOneAddress;
        // An address that has taken all of its own must not take what is left for health too.
        boolean far = now - most > FOR_HEALTH || ofAddress > mostOfOneAddress + 1;
        long ms = over && (headMs == 0 || headMs > FOR_HEALTH_MS) ? FOR_HEALTH_MS : headMs;
        long age = (long) (ageMs * (1 - JITTER * ThreadLocalRandom.current().nextDouble()));
        open.put(connection, new ConnectionTimer(vertx, connection, ms, over, age,
                () -> closed(connection, address)));
        if (far) {
            connection.close();
        }
        return !far;
    }

    private void closed(HttpConnection connection, String address) {
        open.remove(connection);
        count.decrementAndGet();
        if (mostOfOneAddress > 0) {
            byAddress.computeIfPresent(address, (same, of) -> of == 1 ? null : of - 1);
        }
    }

    /** Answers whose heads have not been written say that their connections close after them. */
    void endWithNextAnswers() {
        open.keySet().forEach(LastAnswer::follows);
    }

    /** Closes those on which no request is being read or answered. */
    void closeIdle() {
        open.keySet().forEach(LastAnswer::closeIdle);
    }

    /** How many there are now. */
    int count() {
        return count.get();
    }

    /** What is known of a connection. */
    ConnectionTimer of(HttpConnection connection) {
        return open.get(connection);
    }
}
