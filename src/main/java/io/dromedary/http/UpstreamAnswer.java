package io.dromedary.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;

/**
 * The answer of an upstream: its head, and its body as a stream that the event loop fills and one thread reads. When
 * more than a bound of bytes wait for that thread, the connection is not read until half of them are taken
 * (back-pressure). The reader can also hand the body off to the event loop for a while: see {@link #handOff}.
 */
public final class UpstreamAnswer extends InputStream {

    private final Queue<byte[]> waiting = new ConcurrentLinkedQueue<>();
    private final UpstreamConnection connection;
    private final int mostWaiting;
    private final AtomicInteger waitingBytes = new AtomicInteger();
    private volatile HttpResponse head;
    private volatile boolean ended;
    private volatile IOException failure;
    private volatile boolean held;
    private boolean left;
    private volatile Thread reader;
    private volatile LoopHandOff handOff;
    private byte[] current;
    private int position;

    /** @param mostWaiting beyond how many waiting bytes the connection is not read any further */
    UpstreamAnswer(UpstreamConnection connection, int mostWaiting) {
        this.connection = connection;
        this.mostWaiting = mostWaiting;
    }

    /** On the event loop: the head has come. */
    void begins(HttpResponse response) {
        head = response;
        wake();
    }

    /** On the event loop: the next bytes of the body. */
    void more(byte[] bytes) {
        LoopHandOff now = handOff;
        if (now != null) {
            goOn(now.give(bytes));
            return;
        }
        waiting.add(bytes);
        if (waitingBytes.addAndGet(bytes.length) > mostWaiting) {
            hold(true);
        }
        wake();
    }

    /** On the event loop: all bytes of one read of the connection have been given. */
    void readOver() {
        LoopHandOff now = handOff;
        if (now != null) {
            goOn(now.readOver());
        }
    }

    private void goOn(boolean takesMore) {
        if (!takesMore) {
            handOff = null;
        }
    }

    /**
     * On the event loop: no more of this body will come. The connection is read from now on however much waits here: it
     * is the next request's, and nobody may be left to take what waits.
     */
    synchronized void leaveConnection() {
        hold(false);
        left = true;
    }

    /** On the event loop: the body is whole. */
    void ends() {
        ended = true;
        stopHandOff();
        wake();
    }

    /** On any thread: nothing more will come. What has come before can still be read. */
    void fails(Throwable cause) {
        if (failure == null && !ended) {
            failure = cause instanceof IOException io ? io : new IOException(cause);
        }
        if (handOff != null) {
            connection.loop().execute(this::stopHandOff);
        }
        wake();
    }

    /**
     * Hands the body off to {@code sink} on the event loop, beginning with what has come before. Blocks until the sink
     * takes no more, or nothing more comes; what is left is then to be read, be it only the end or the failure.
     *
     * @throws RuntimeException what the sink threw
     */
    public void handOff(BodySink sink) {
        LoopHandOff mine = new LoopHandOff(sink);
        connection.loop().execute(() -> begin(mine));
        mine.await(() -> connection.loop().execute(this::stopHandOff));
    }

    private void begin(LoopHandOff mine) {
        boolean takesMore = true;
        while (takesMore && (current != null || next())) {
            byte[] bytes = position == 0 ? current : Arrays.copyOfRange(current, position, current.length);
            // Cleared before it is given: when the sink takes no more, the thread goes on at once and must not find it
            // again.
            current = null;
            takesMore = mine.give(bytes);
        }
        if (takesMore && mine.readOver()) {
            handOff = mine;
            if (ended || failure != null) {
                stopHandOff();
            } else {
                mine.watch(connection.loop(), () -> handOff = null);
            }
        }
    }

    private void stopHandOff() {
        LoopHandOff now = handOff;
        if (now != null) {
            handOff = null;
            now.readOver();
            now.stop();
        }
    }

    private void wake() {
        Thread thread = reader;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    private synchronized void hold(boolean on) {
        if (held != on && !left) {
            held = on;
            connection.reads(!on);
        }
    }

    /**
     * Waits for the head.
     *
     * @throws IOException if the call failed before
     */
    void awaitHead() throws IOException {
        while (head == null) {
            if (failure != null) {
                throw failure;
            }
            await(() -> head != null || failure != null);
        }
    }

    /** The status of the answer. */
    public int status() {
        return head.status().code();
    }

    /** The headers of the answer. */
    public HttpHeaders headers() {
        return head.headers();
    }

    /** Waits for at least one byte, and takes as many as are there. */
    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (peek() < 0) {
            return -1;
        }
        int taken = 0;
        while (taken < length && (current != null || next())) {
            int count = Math.min(length - taken, current.length - position);
            System.arraycopy(current, position, into, from + taken, count);
            taken += count;
            position += count;
            if (position == current.length) {
                current = null;
                position = 0;
            }
        }
        return taken;
    }

    /**
     * Waits for the next byte of the body and leaves it there.
     *
     * @return the byte; -1 at the end of the body
     */
    public int peek() throws IOException {
        while (current == null && !next()) {
            if (ended && waiting.isEmpty()) {
                return -1;
            }
            if (failure != null && waiting.isEmpty()) {
                throw failure;
            }
            await(() -> !waiting.isEmpty() || ended || failure != null || held);
        }
        return current[position] & 0xFF;
    }

    /** How many bytes can be read without waiting. */
    @Override
    public int available() {
        return waitingBytes.get() + (current == null ? 0 : current.length - position);
    }

    private boolean next() {
        current = waiting.poll();
        position = 0;
        if (current != null) {
            waitingBytes.addAndGet(-current.length);
        }
        if (held && waitingBytes.get() <= mostWaiting / 2) {
            hold(false);
        }
        return current != null;
    }

    private void await(BooleanSupplier there) throws InterruptedIOException {
        reader = Thread.currentThread();
        // Looked at once more, now that the loop can see whom to wake.
        if (!there.getAsBoolean()) {
            LockSupport.park(this);
        }
        reader = null;
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("Interrupted while waiting for the upstream");
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }
}
