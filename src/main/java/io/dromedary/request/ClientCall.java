package io.dromedary.request;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import org.apache.camel.Exchange;

import io.dromedary.attempt.ClockTimer;

/**
 * One client's request as its connection sees it: who it is in the log, whether its answer has begun, whether it has left,
 * and the one list of what to cancel then. Writes go straight to Vert.x' response, since Camel's own writer collects 16 KiB
 * before it sends and never learns that the client left (design.md 4.1).
 *
 * <p>Safe for several threads.
 */
public final class ClientCall {

    /** The exchange property under which the routes' steps find it. */
    public static final String PROPERTY = "call";

    private static final int LONGEST_ID = 128;
    private static final long GRACE_MS = 1000;

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final String id;
    private final long startedNanos = System.nanoTime();
    private final long writeTimeoutMs;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final Deque<Runnable> cancels = new ArrayDeque<>();
    private final Unsent unsent;
    private volatile boolean opened;
    private volatile boolean contentSent;
    private volatile boolean gone;
    private volatile Exception cut;
    private volatile ClockTimer.Task totalClock;
    private long totalMs;
    private volatile int status;

    /**
     * @param writeTimeoutMs how long a client may take none of what waits for it before it is dropped, in ms
     */
    public ClientCall(HttpServerRequest request, long writeTimeoutMs) {
        this.request = request;
        this.response = request.response();
        this.writeTimeoutMs = writeTimeoutMs;
        this.unsent = new Unsent(writeTimeoutMs);
        this.id = idOf(request);
        response.closeHandler(closed -> {
            if (!response.ended()) {
                leave();
            }
        });
        response.exceptionHandler(failure -> leave());
        if (response.closed()) {
            leave(); // before there was a handler to tell of it
        }
    }

    /** The call of this exchange. */
    public static ClientCall of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, ClientCall.class);
    }

    /** The client's own {@code x-litellm-call-id} if it is short and printable, else a fresh one. */
    public static String idOf(HttpServerRequest request) {
        String given = request.getHeader("x-litellm-call-id");
        boolean usable = given != null && !given.isEmpty() && given.length() <= LONGEST_ID
                && given.chars().allMatch(c -> c > ' ' && c < 127);
        return usable ? given : fresh();
    }

    /** A random UUID (RFC 9562, version 4). It names and protects nothing, so it need not cost the system's randomness. */
    private static String fresh() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(random.nextLong() & ~0xF000L | 0x4000L, random.nextLong() & ~(3L << 62) | 1L << 63).toString();
    }

    /** What {@code x-litellm-call-id} tells. */
    public String id() {
        return id;
    }

    /** The HTTP request. */
    public HttpServerRequest request() {
        return request;
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

    /** Whether bytes of the answer have gone out, so that it can no longer become another one. */
    public boolean begun() {
        return begun.get();
    }

    /** Whether the client has left before its answer was whole. */
    public boolean gone() {
        return gone;
    }

    /** The status of the answer, 0 while there is none. */
    public int status() {
        return status;
    }

    /**
     * The clock over the whole request runs from now on. When it is over, the request is cut short; if that does not end it,
     * the client is told all the same.
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
        unsent.wake();
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

    private void leave() {
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
        unsent.wake();
    }

    /**
     * Takes the right to answer. Only the first caller gets it: the answer is one, whoever gives it.
     *
     * @return whether the caller is to answer
     */
    public boolean begin() {
        return begun.compareAndSet(false, true);
    }

    /** Sends a whole answer; {@link #begin} must have been true. */
    public void send(int code, Map<String, String> headers, byte[] body) {
        head(code, headers);
        if (request.method().name().equals("HEAD")) {
            response.putHeader("Content-Length", String.valueOf(body.length)).end();
        } else {
            response.end(Buffer.buffer(Unpooled.wrappedBuffer(body)));
        }
    }

    /** Sends the head of an answer whose body follows in pieces; {@link #begin} must have been true. */
    public void open(int code, Map<String, String> headers) {
        head(code, headers);
        response.setChunked(true);
        opened = true;
    }

    /** Whether the head of a stream has gone out. */
    public boolean opened() {
        return opened;
    }

    /** Content goes out from now on: nobody else can answer any more. */
    public void sendsContent() {
        contentSent = true;
    }

    /** Whether content has gone out; a head and comments are none. */
    public boolean contentSent() {
        return contentSent;
    }

    private void head(int code, Map<String, String> headers) {
        status = code;
        response.setStatusCode(code);
        headers.forEach(response::putHeader);
    }

    /**
     * Sends a piece of the body at once, and waits if the client is behind. The array is sent as it is, uncopied: the caller
     * leaves it alone from now on.
     *
     * @throws ClientGone if it has left, or took nothing for as long as it may
     */
    public void write(byte[] bytes) {
        awaitRoom();
        writeAtOnce(bytes);
    }

    /**
     * Waits while the client is behind.
     *
     * @throws ClientGone if it has left, or took nothing for as long as it may
     */
    public void awaitRoom() {
        if (!unsent.awaitRoom(() -> gone)) {
            request.connection().close();
            leave();
            throw new ClientGone("the client took nothing for " + writeTimeoutMs + " ms");
        }
    }

    /**
     * As {@link #write}, but does not wait.
     *
     * @return whether the client keeps up; if not, the next piece is for {@link #write}
     * @throws ClientGone if it has left
     */
    public boolean writeAtOnce(byte[] bytes) {
        requireClient();
        int length = bytes.length; // what waits for its end must not keep the bytes
        unsent.add(length);
        response.write(Buffer.buffer(Unpooled.wrappedBuffer(bytes))).onComplete(done -> unsent.sent(length));
        return unsent.hasRoom();
    }

    /** Ends the answer properly. Harmless if it has ended, or if the client has left. */
    public void end() {
        if (!response.ended()) {
            if (!response.headWritten()) {
                // Nobody reads this answer; it only keeps Camel from writing one of its own.
                begun.set(true);
                response.setStatusCode(499);
            }
            response.end();
        }
    }

    /**
     * Lets time pass, unless the client leaves.
     *
     * @throws ClientGone if it has left before or meanwhile
     */
    public void pause(long ms) {
        unsent.pause(ms, () -> gone || cut != null);
        requireClient();
    }

    private void requireClient() {
        if (gone) {
            throw new ClientGone("the client left");
        }
    }
}
