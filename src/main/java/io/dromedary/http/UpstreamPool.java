package io.dromedary.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;

/**
 * The connections to one deployment, and the calls over them. Those used last are used first, so that those a server is
 * about to close for idleness are left alone. One that the server closes is gone from here at once. Safe for several
 * threads.
 */
public final class UpstreamPool implements AutoCloseable {

    private static final Set<String> OF_THE_CONNECTION =
            new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    static {
        OF_THE_CONNECTION.addAll(List.of("host", "connection", "content-length", "transfer-encoding", "upgrade",
                "expect", "te", "trailer", "keep-alive", "proxy-connection", "proxy-authorization"));
    }

    /** What the base URL of an OpenAI-compatible server ends in. */
    private static final String VERSION = "/v1";

    private final UpstreamConnector connector;
    private final String prefix;
    private final String rootPrefix;
    private final Semaphore places;
    private final int most;
    private final long waitMs;
    private final Deque<UpstreamConnection> idle = new ArrayDeque<>();
    private boolean closed;

    /**
     * @param most   how many connections there may be
     * @param waitMs how long a call waits for one of them, in ms
     */
    UpstreamPool(UpstreamConnector connector, int most, long waitMs) {
        this.connector = connector;
        this.prefix = connector.pathPrefix();
        this.rootPrefix = prefix.endsWith(VERSION) ? prefix.substring(0, prefix.length() - VERSION.length()) : prefix;
        this.places = new Semaphore(most);
        this.most = most;
        this.waitMs = waitMs;
    }

    /**
     * Sends a request and waits for the head of its answer. A kept-alive connection that the upstream closed before a
     * byte of the answer came is no failure: the request is sent once more, on a fresh connection (RFC 9112, 9.3.1).
     *
     * @return the answer, whose body is still coming; it ends with the control's cancel
     * @throws NoFreeConnection if none of the connections is free in time
     * @throws IOException      if no connection can be made, or the upstream does not answer
     */
    public UpstreamAnswer call(CallControl control, UpstreamRequest request) throws IOException, InterruptedException {
        UpstreamConnection connection = take(control, false);
        boolean used = connection.used();
        UpstreamCall call = new UpstreamCall(connection, this);
        try {
            return call.send(control, message(request));
        } catch (InterruptedIOException e) {
            call.cancel();
            throw e;
        } catch (IOException e) {
            if (!used || connection.answerBegun() || call.cancelled()) {
                throw e;
            }
            return new UpstreamCall(take(control, true), this).send(control, message(request));
        }
    }

    /**
     * Whether a connection can be made at all.
     *
     * @throws IOException why not
     */
    public void connect(CallControl control) throws IOException, InterruptedException {
        giveBack(take(control, true));
    }

    /** Connections over which a call is made now, those included that are being opened. */
    public int busy() {
        return most - places.availablePermits();
    }

    /** Connections that wait for a call. */
    public synchronized int idle() {
        return idle.size();
    }

    private FullHttpRequest message(UpstreamRequest request) {
        HttpHeaders headers = new DefaultHttpHeaders(false);
        headers.set("Host", connector.authority());
        request.headers().forEach((name, value) -> {
            if (!OF_THE_CONNECTION.contains(name)) {
                headers.set(name, value);
            }
        });
        headers.set("Connection", "keep-alive");
        connector.proxyAuthorization().ifPresent(value -> headers.set("Proxy-Authorization", value));
        int length = request.length();
        if (length > 0 || request.method().equals("POST")) {
            headers.set("Content-Length", String.valueOf(length));
        }
        return new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(request.method()),
                (request.underRoot() ? rootPrefix : prefix) + request.path(),
                content(request.body()), headers, EmptyHttpHeaders.INSTANCE);
    }

    private static ByteBuf content(List<ByteBuffer> body) {
        return body.size() == 1 ? Unpooled.wrappedBuffer(body.get(0))
                : Unpooled.wrappedBuffer(Math.max(1, body.size()), body.toArray(new ByteBuffer[0]));
    }

    /** A connection, idle or new; to be given to {@link #giveBack} or {@link #drop}. */
    private UpstreamConnection take(CallControl control, boolean fresh) throws IOException, InterruptedException {
        if (!places.tryAcquire()) {
            control.awaitingAnswer();
            control.cancelByInterrupt();
            if (!places.tryAcquire(waitMs, TimeUnit.MILLISECONDS)) {
                throw new NoFreeConnection(waitMs);
            }
        }
        boolean taken = false;
        try {
            EventLoop near = CallingLoop.current();
            UpstreamConnection connection = fresh ? null : idle(near);
            connection = connection == null ? connector.connect(control, near, this::gone) : connection;
            taken = true;
            return connection;
        } finally {
            if (!taken) {
                places.release();
            }
        }
    }

    /**
     * One on the event loop of the client's own connection, if there is one: then one thread less is woken for each
     * event.
     */
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

    private synchronized void gone(UpstreamConnection connection) {
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
