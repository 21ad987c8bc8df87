package io.dromedary.upstream;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;

import io.dromedary.attempt.Attempt;
import io.dromedary.catalogue.Deployment;
import io.dromedary.settings.Settings;

/**
 * The connections to one deployment. Those used last are used first, so that those a server is about to close for idleness
 * are left alone. One that the server closes is gone from here at once. Safe for several threads.
 */
final class UpstreamPool implements AutoCloseable {

    private final UpstreamConnector connector;
    private final String prefix;
    private final Semaphore places;
    private final long waitMs;
    private final Deque<UpstreamConnection> idle = new ArrayDeque<>();
    private boolean closed;

    private UpstreamPool(UpstreamConnector connector, String prefix, int most, long waitMs) {
        this.connector = connector;
        this.prefix = prefix;
        this.places = new Semaphore(most);
        this.waitMs = waitMs;
    }

    /** That of {@code deployment}, with {@code gateway.upstream.*} and {@code gateway.timeout.pool} of {@code settings}. */
    static UpstreamPool of(Deployment deployment, Vertx vertx, Settings settings, UpstreamTrust trust) {
        UpstreamConnector connector = UpstreamConnector.to(deployment.baseUrl(), vertx, settings, trust);
        return new UpstreamPool(connector, connector.pathPrefix(), settings.count("gateway.upstream.connections"),
                settings.number("gateway.timeout.pool"));
    }

    /** What a request's target begins with. */
    String prefix() {
        return prefix;
    }

    /** What a request's {@code Host} says. */
    String authority() {
        return connector.authority();
    }

    /**
     * A connection, idle or new. To be given to {@link #giveBack} or {@link #drop}.
     *
     * @param fresh whether it must be a new one
     * @throws IOException if none is free in time, or none can be made
     */
    UpstreamConnection take(Attempt attempt, boolean fresh) throws IOException, InterruptedException {
        if (!places.tryAcquire()) {
            attempt.awaitingAnswer();
            attempt.cancelByInterrupt();
            if (!places.tryAcquire(waitMs, TimeUnit.MILLISECONDS)) {
                throw new ConnectionRequestTimeoutException("None of the connections is free");
            }
        }
        boolean taken = false;
        try {
            EventLoop near = loopOfClient();
            UpstreamConnection connection = fresh ? null : idle(near);
            connection = connection == null ? connector.connect(attempt, near, this::leaves) : connection;
            taken = true;
            return connection;
        } finally {
            if (!taken) {
                places.release();
            }
        }
    }

    /** One on the event loop of the client's own connection, if there is one: then one thread less is woken for each event. */
    private synchronized UpstreamConnection idle(EventLoop near) {
        Iterator<UpstreamConnection> lastFirst = idle.descendingIterator();
        while (lastFirst.hasNext()) {
            UpstreamConnection next = lastFirst.next();
            if (next.loop() == near && next.usable()) {
                lastFirst.remove();
                return next;
            }
        }
        for (UpstreamConnection last = idle.pollLast(); last != null; last = idle.pollLast()) {
            if (last.usable()) {
                return last;
            }
            last.close();
        }
        return null;
    }

    private static EventLoop loopOfClient() {
        Context context = Vertx.currentContext();
        return context == null ? null : ((ContextInternal) context).nettyEventLoop();
    }

    private synchronized void leaves(UpstreamConnection connection) {
        connection.goes();
        idle.remove(connection);
    }

    /** Keeps a connection whose answer has come whole. */
    void giveBack(UpstreamConnection connection) {
        synchronized (this) {
            closeThoseTooOld();
            if (connection.usable() && !closed) {
                idle.addLast(connection);
            } else {
                connection.close();
            }
        }
        places.release();
    }

    private void closeThoseTooOld() {
        for (UpstreamConnection first = idle.peekFirst(); first != null && !first.usable(); first = idle.peekFirst()) {
            idle.pollFirst();
            first.close();
        }
    }

    /** Closes a connection that cannot be used again. */
    void drop(UpstreamConnection connection) {
        connection.close();
        places.release();
    }

    @Override
    public synchronized void close() {
        closed = true;
        for (UpstreamConnection last = idle.pollLast(); last != null; last = idle.pollLast()) {
            last.close();
        }
    }
}
