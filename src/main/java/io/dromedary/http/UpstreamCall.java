package io.dromedary.http;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * One request on one connection. The connection goes back to its pool when the answer has come whole, and is closed
 * when the call fails or is cancelled, whichever is first.
 */
final class UpstreamCall {

    private static final int MOST_WAITING = 16 * 1024;

    private final UpstreamConnection connection;
    private final UpstreamPool pool;
    private final UpstreamAnswer answer;
    private final AtomicBoolean done = new AtomicBoolean();
    private volatile boolean cancelled;

    UpstreamCall(UpstreamConnection connection, UpstreamPool pool) {
        this.connection = connection;
        this.pool = pool;
        this.answer = new UpstreamAnswer(connection, MOST_WAITING);
    }

    /**
     * Sends the request and waits for the head of the answer, while the control's clock for it runs.
     *
     * @throws IOException if none came
     */
    UpstreamAnswer send(CallControl control, FullHttpRequest request) throws IOException {
        control.clocksOn(connection.loop());
        control.awaitingAnswer();
        control.cancelBy(this::cancel);
        connection.send(request, this);
        answer.awaitHead();
        return answer;
    }

    /** On the event loop: the head of the answer has come. */
    void begins(HttpResponse head) {
        if (head.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            fails(new IOException("the upstream switches protocols")); // what follows is not HTTP
            return;
        }
        answer.begins(head);
    }

    /** On the event loop: the next bytes of the answer's body. */
    void more(byte[] bytes) {
        answer.more(bytes);
    }

    /** On the event loop: all bytes of one read have been given. */
    void readOver() {
        answer.readOver();
    }

    /** On the event loop: the answer is whole. */
    void ends() {
        answer.leaveConnection();
        try {
            if (done.compareAndSet(false, true)) {
                pool.giveBack(connection);
            }
        } finally {
            answer.ends();
        }
    }

    /** On any thread: the call has failed. */
    void fails(Throwable cause) {
        if (done.compareAndSet(false, true)) {
            pool.drop(connection);
        }
        answer.fails(cause);
    }

    /** Ends the call: its connection is closed. Harmless once the answer has come whole. */
    void cancel() {
        cancelled = true;
        if (!done.get()) {
            fails(new IOException("cancelled"));
        }
    }

    /** Whether {@link #cancel} was called. */
    boolean cancelled() {
        return cancelled;
    }
}
