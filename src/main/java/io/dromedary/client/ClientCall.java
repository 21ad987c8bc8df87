package io.dromedary.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerRequestInternal;

import io.dromedary.time.ClockTimer;

/**
 * One client's request: who it is in the log, whether its client has left, what to cancel then, and the clock over all
 * of it. Its {@link #answer} is written by whoever takes the right to. Safe for several threads.
 */
public final class ClientCall {

    /** The status that the log has for a client that left before its answer was whole, as nginx has it. */
    public static final int CLIENT_CLOSED_REQUEST = 499;

    private static final int LONGEST_ID = 128;
    private static final long GRACE_MS = 1000;

    private final HttpServerRequest request;
    private final String id;
    private final long startedNanos;
    private final long uploadNanos;
    private final Deque<Runnable> cancels = new ArrayDeque<>();
    private final Outbox outbox;
    private final ClientAnswer answer;
    private volatile boolean gone;
    private volatile Exception cut;
    private volatile AnswerForm form = AnswerForm.OPENAI;
    private volatile ClockTimer.Task totalClock;
    private long totalMs;
    private volatile ApiError error;
    private volatile String model;
    private volatile TraceContext trace;

    /**
     * @param arrival        when it came
     * @param writeTimeoutMs how long a client may take none of what waits for it before it is dropped, in ms
     */
    public ClientCall(HttpServerRequest request, Arrival arrival, long writeTimeoutMs) {
        this.request = request;
        this.startedNanos = arrival.headNanos();
        this.uploadNanos = arrival.uploadNanos();
        this.outbox = new Outbox(writeTimeoutMs);
        this.answer = new ClientAnswer(this, request, outbox);
        this.id = idOf(request);
        HttpServerResponse response = request.response();
        response.closeHandler(closed -> {
            if (!response.ended()) {
                leaveBySelf();
            }
        });
        response.exceptionHandler(failure -> leaveBySelf());
        if (response.closed()) {
            leave(); // before there was a handler to tell of it
        }
    }

    /** The client's own {@code x-litellm-call-id} if it is short and printable, else a fresh one. */
    public static String idOf(HttpServerRequest request) {
        String given = request.getHeader("x-litellm-call-id");
        boolean usable = given != null && !given.isEmpty() && given.length() <= LONGEST_ID
                && given.chars().allMatch(c -> c > ' ' && c < 127);
        return usable ? given : fresh();
    }

    /**
     * A random UUID (RFC 9562, version 4). It names and protects nothing, so it need not cost the system's randomness.
     */
    private static String fresh() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(random.nextLong() & ~0xF000L | 0x4000L, random.nextLong() & ~(3L << 62) | 1L << 63).toString();
    }

    /** What {@code x-litellm-call-id} tells. */
    public String id() {
        return id;
    }

    /** How its client reads errors. */
    public AnswerForm form() {
        return form;
    }

    /** From now on, errors are written in that form. */
    public void answersIn(AnswerForm other) {
        form = other;
    }

    /** Notes the model that it asks for, as its client names it. */
    public void asksFor(String name) {
        model = name;
    }

    /** The model that it asks for; null where that is not known. */
    public String model() {
        return model;
    }

    /** It stands in that trace. */
    public void traced(TraceContext context) {
        trace = context;
    }

    /** The trace that it stands in; null for none. */
    public TraceContext trace() {
        return trace;
    }

    /** Notes the error with which it ends, whether its client can still be told or not. */
    public void failsWith(ApiError why) {
        error = why;
    }

    /** The error with which it ends; null for none. */
    public ApiError error() {
        return error;
    }

    /** The HTTP request. */
    public HttpServerRequest request() {
        return request;
    }

    /** When the request's head came, by {@link System#nanoTime}. */
    public long startedNanos() {
        return startedNanos;
    }

    /** For how long its body came after its head, in ns. */
    public long uploadNanos() {
        return uploadNanos;
    }

    /** Milliseconds since the request's head came. */
    public long elapsedMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
    }

    /** Runs {@code task} on another of the threads that requests are worked on. */
    public void alongside(Runnable task) {
        ((HttpServerRequestInternal) request).context().executeBlocking(() -> {
            task.run();
            return null;
        }, false);
    }

    /** The answer to it. */
    public ClientAnswer answer() {
        return answer;
    }

    /** Whether the client has left before its answer was whole. */
    public boolean gone() {
        return gone;
    }

    /**
     * The clock over the whole request runs from now on. When it is over, the request is cut short; if that does not
     * end it, the client is told all the same.
     *
     * @param why     what the request is told then
     * @param tooLong the answer then, which is given a moment later
     */
    public void runTotalClock(ClockTimer timer, long ms, Exception why, Runnable tooLong) {
        totalMs = ms;
        totalClock = timer.after(ms, () -> {
            cutShort(why);
            totalClock = timer.after(GRACE_MS, tooLong);
        });
    }

    /** Cancels whatever the request waits for: it ends with {@code why}, and nobody else is asked. */
    public void cutShort(Exception why) {
        Deque<Runnable> run;
        synchronized (cancels) {
            cut = why;
            run = new ArrayDeque<>(cancels);
        }
        run.forEach(Runnable::run);
        outbox.wake();
    }

    /** The request is over: no clock runs any more. */
    public void over() {
        if (totalClock != null) {
            totalClock.cancel();
        }
    }

    /** Why the request was cut short, or null. */
    public Exception cut() {
        return cut;
    }

    /** How long that clock runs, in ms. */
    public long totalMs() {
        return totalMs;
    }

    /** Runs {@code cancel} when the client leaves; at once if it has. */
    public void onGone(Runnable cancel) {
        synchronized (cancels) {
            if (!gone) {
                cancels.push(cancel);
                return;
            }
        }
        cancel.run();
    }

    /** Forgets a cancel that is no longer needed. */
    public void forget(Runnable cancel) {
        synchronized (cancels) {
            cancels.remove(cancel);
        }
    }

    /** Nobody left where it is the gateway that closes the connection. */
    private void leaveBySelf() {
        if (!answer.brokenOff()) {
            leave();
        }
    }

    /** The client has left, or is taken for gone. */
    void leave() {
        Deque<Runnable> run;
        synchronized (cancels) {
            if (gone) {
                return;
            }
            gone = true;
            run = new ArrayDeque<>(cancels);
            cancels.clear();
        }
        run.forEach(Runnable::run);
        outbox.wake();
    }

    /**
     * Lets time pass, unless the client leaves.
     *
     * @throws ClientGone if it has left before or meanwhile
     */
    public void pause(long ms) {
        outbox.pause(ms, () -> gone || cut != null);
        requireClient();
    }

    /** @throws ClientGone if the client has left */
    void requireClient() {
        if (gone) {
            throw new ClientGone("the client left");
        }
    }
}
