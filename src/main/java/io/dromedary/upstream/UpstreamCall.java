package io.dromedary.upstream;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;

import io.dromedary.attempt.Attempt;

/**
 * One request on one connection. The connection goes back to its pool when the answer has come whole, and is closed when the
 * call fails or is cancelled, whichever is first.
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
     * Sends the request and waits for the head of the answer, while the attempt's clock for it runs.
     *
     * @throws IOException if none came
     */
    UpstreamAnswer send(Attempt attempt, String uri, MultiMap headers, Buffer body) throws IOException {
        attempt.clocksOn(connection.loop());
        attempt.awaitingAnswer();
        attempt.cancelBy(this::cancel);
        connection.requestBegins();
        // All of it in one go on the connection's event loop: each hand-over costs.
        connection.loop().execute(() -> connection.http().createRequest(connection.http().getContext())
                .onSuccess(request -> send(request, uri, headers, body)).onFailure(this::fails));
        answer.awaitHead();
        return answer;
    }

    private void send(HttpClientRequest request, String uri, MultiMap headers, Buffer body) {
        request.setMethod(HttpMethod.POST).setURI(uri).exceptionHandler(this::fails);
        if (cancelled) {
            return;
        }
        request.headers().setAll(headers);
        request.response().onSuccess(this::begins).onFailure(this::fails);
        request.end(body);
    }

    private void begins(HttpClientResponse response) {
        if (response.statusCode() < 200) {
            fails(new IOException("the upstream switches protocols")); // whatever comes now is no HTTP
            return;
        }
        connection.afterRead(answer::readOver);
        response.handler(answer::more).endHandler(end -> {
            connection.afterRead(null);
            try {
                if (done.compareAndSet(false, true)) {
                    pool.giveBack(connection);
                }
            } finally {
                answer.ends();
            }
        }).exceptionHandler(this::fails);
        answer.begins(response);
    }

    private void fails(Throwable cause) {
        if (done.compareAndSet(false, true)) {
            pool.drop(connection);
        }
        answer.fails(cause);
    }

    /** Ends it: its connection is closed. Harmless once the answer has come whole. */
    void cancel() {
        cancelled = true;
        if (!done.get()) {
            fails(new IOException("cancelled"));
        }
    }

    /** Whether the attempt ended it. */
    boolean cancelled() {
        return cancelled;
    }
}
