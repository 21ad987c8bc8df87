package io.dromedary.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;

/**
 * An answer on its way from the event loop, which fills it, to the one thread that reads it. When so much waits that a slow
 * reader would fill the memory, the connection is not read until half of it is taken. The reader can also have it taken on
 * the event loop itself for a while.
 */
public final class UpstreamAnswer extends InputStream {

    private final Queue<Buffer> waiting = new ConcurrentLinkedQueue<>();
    private final UpstreamConnection connection;
    private final int mostWaiting;
    private final AtomicInteger waitingBytes = new AtomicInteger();
    private volatile HttpClientResponse head;
    private volatile boolean ended;
    private volatile IOException failure;
    private volatile boolean held;
    private volatile Thread reader;
    private volatile Pouring pouring;
    private Buffer current;
    private int position;

    /** @param mostWaiting beyond how many bytes the connection is not read any further */
    UpstreamAnswer(UpstreamConnection connection, int mostWaiting) {
        this.connection = connection;
        this.mostWaiting = mostWaiting;
    }

    /** On the event loop: the head has come. */
    void begins(HttpClientResponse response) {
        head = response;
        wake();
    }

    /** On the event loop: the next bytes of the body. */
    void more(Buffer bytes) {
        Pouring now = pouring;
        if (now != null) {
            // After a pause, bytes that had come before are given outside of any read.
            goOn(now.give(bytes.getBytes()) && (connection.inRead() || now.readOver()));
            return;
        }
        waiting.add(bytes);
        if (waitingBytes.addAndGet(bytes.length()) > mostWaiting) {
            hold(true);
        }
        wake();
    }

    /** On the event loop: a read of the connection has brought all that it brings. */
    void readOver() {
        Pouring now = pouring;
        if (now != null) {
            goOn(now.readOver());
        }
    }

    private void goOn(boolean pours) {
        if (!pours) {
            pouring = null;
        }
    }

    /** On the event loop: the body is whole. */
    void ends() {
        ended = true;
        stopPouring();
        wake();
    }

    /** On any thread: nothing more will come. What has come before can still be read. */
    void fails(Throwable cause) {
        if (failure == null && !ended) {
            failure = cause instanceof IOException io ? io : new IOException(cause);
        }
        if (pouring != null) {
            connection.loop().execute(this::stopPouring);
        }
        wake();
    }

    /**
     * Gives the body to {@code sink} on the event loop, what has come before at first. Blocks until the sink wants no more, or
     * nothing more comes; what is left is then to be read, be it only the end or the failure.
     *
     * @throws RuntimeException what the sink threw
     */
    public void pour(BodySink sink) {
        Pouring mine = new Pouring(sink);
        connection.loop().execute(() -> begin(mine));
        mine.await(() -> connection.loop().execute(this::stopPouring));
    }

    private void begin(Pouring mine) {
        boolean pours = true;
        while (pours && (current != null || next())) {
            byte[] bytes = current.getBytes(position, current.length());
            // Before it is given: a sink that wants no more has the thread go on at once, which must not find it again.
            current = null;
            pours = mine.give(bytes);
        }
        if (pours && mine.readOver()) {
            pouring = mine;
            if (ended || failure != null) {
                stopPouring();
            }
        }
    }

    private void stopPouring() {
        Pouring now = pouring;
        if (now != null) {
            pouring = null;
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
        if (held != on) {
            held = on;
            if (on) {
                head.pause();
            } else {
                head.resume();
            }
        }
    }

    /**
     * Waits for the head.
     *
     * @throws IOException if the call failed before
     */
    HttpClientResponse awaitHead() throws IOException {
        while (head == null) {
            if (failure != null) {
                throw failure;
            }
            await(() -> head != null || failure != null);
        }
        return head;
    }

    /** Waits for at least one byte, and takes as many as are there. */
    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (current == null && !next()) {
            if (ended && waiting.isEmpty()) {
                return -1;
            }
            if (failure != null && waiting.isEmpty()) {
                throw failure;
            }
            await(() -> !waiting.isEmpty() || ended || failure != null || held);
        }
        int taken = 0;
        while (taken < length && (current != null || next())) {
            int count = Math.min(length - taken, current.length() - position);
            current.getBytes(position, position + count, into, from + taken);
            taken += count;
            position += count;
            if (position == current.length()) {
                current = null;
            }
        }
        return taken;
    }

    /** How many bytes can be read without waiting. */
    @Override
    public int available() {
        return waitingBytes.get() + (current == null ? 0 : current.length() - position);
    }

    private boolean next() {
        current = waiting.poll();
        position = 0;
        if (current != null) {
            waitingBytes.addAndGet(-current.length());
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
            throw new InterruptedIOException("Interrupted while the upstream was waited for");
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }
}
