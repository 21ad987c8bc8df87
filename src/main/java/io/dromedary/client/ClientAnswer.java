package io.dromedary.client;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

import io.dromedary.log.GatewayLog;

/**
 * The answer to one client's request: whether it has begun, and its bytes, written with back-pressure. It goes straight
 * to Vert.x' response, because Camel's own writer collects 16 KiB before it sends and never learns that the client has
 * left (org.apache.camel.component.platform.http.vertx.AsyncInputStream). Safe for several threads.
 */
public final class ClientAnswer {

    private static final GatewayLog LOG = GatewayLog.of(ClientAnswer.class);
    /**
     * What is handed over in one write at most, in bytes. Netty copies it out of the heap as a whole, and a client that
     * does not read would hold all of that.
     */
    private static final int SLICE = 64 * 1024;

    private final ClientCall call;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Outbox outbox;
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean opened;
    private volatile boolean contentSent;
    private volatile boolean brokenOff;
    private volatile int status;
    private final AtomicReference<Runnable> beforeItsEnd = new AtomicReference<>();
    /** The writing of an answer that was handed over at once; null for none. */
    private volatile Future<Void> writing;

    ClientAnswer(ClientCall call, HttpServerRequest request, Outbox outbox) {
        this.call = call;
        this.request = request;
        this.response = request.response();
        this.outbox = outbox;
    }

    /**
     * Takes the right to answer. Only the first caller gets it: a request has one answer, whoever gives it.
     *
     * @return whether the caller is to answer
     */
    public boolean begin() {
        return begun.compareAndSet(false, true);
    }

    /** Whether somebody has taken the right to answer, so that the answer can no longer become another one. */
    public boolean begun() {
        return begun.get();
    }

    /** The status of the answer; 0 while there is none. */
    public int status() {
        return status;
    }

    /**
     * Runs {@code task} once, just before the last of the answer goes out, with its status known: for what must be done
     * before the client can ask again. One task at most; not run where the client has left.
     */
    public void beforeItsEnd(Runnable task) {
        beforeItsEnd.set(task);
    }

    private void ends() {
        Runnable task = beforeItsEnd.getAndSet(null);
        if (task != null && !call.gone()) {
            task.run();
        }
    }

    /**
     * Sends a whole answer; {@link #begin} must have been true. One of at most {@value #SLICE} bytes is handed over at
     * once. A longer one goes out as the client takes it, and has been taken when this returns: not for an event loop.
     *
     * @throws ClientGone if the client has left, or took nothing for as long as it may
     */
    public void send(int code, Map<String, String> headers, byte[] body) {
        head(code, headers);
        if (request.method().name().equals("HEAD")) {
            ends();
            response.putHeader("Content-Length", String.valueOf(body.length)).end();
        } else if (body.length <= SLICE) {
            ends();
            writing = response.end(Buffer.buffer(Unpooled.wrappedBuffer(body))).onFailure(this::unsent);
        } else {
            response.putHeader("Content-Length", String.valueOf(body.length));
            for (int from = 0; from < body.length; from += SLICE) {
                take(outbox.awaitRoom(this::nobodyWaits));
                if (body.length - from <= SLICE) {
                    ends();
                }
                writeAtOnce(body, from, Math.min(SLICE, body.length - from));
            }
            take(outbox.awaitEmpty(this::nobodyWaits));
            response.end();
        }
    }

    /** Runs {@code task} when all that was handed over has gone out, or cannot any more; at once if nothing waits. */
    public void whenSent(Runnable task) {
        Future<Void> last = writing;
        if (last == null || last.isComplete()) {
            task.run();
        } else {
            last.onComplete(done -> task.run());
        }
    }

    private boolean nobodyWaits() {
        return call.gone() || call.cut() != null;
    }

    /** Half of a whole answer is none: its client is dropped, be it too slow or be the request cut short. */
    private void take(boolean inTime) {
        if (!inTime || call.cut() != null) {
            throw drop(inTime ? "the request was cut short before the client had taken its answer" : tooSlow());
        }
        call.requireClient();
    }

    /** Sends the head of an answer whose body follows in pieces; {@link #begin} must have been true. */
    public void open(int code, Map<String, String> headers) {
        head(code, headers);
        response.setChunked(true);
        opened = true;
    }

    private void head(int code, Map<String, String> headers) {
        status = code;
        response.setStatusCode(code);
        headers.forEach((name, value) -> response.putHeader(HeaderNames.of(name), value));
    }

    /** Whether the head of a stream has been sent. */
    public boolean opened() {
        return opened;
    }

    /** Content is sent from now on: nobody else can answer any more. */
    public void sendsContent() {
        contentSent = true;
    }

    /** Whether content has been sent; a head and comments are none. */
    public boolean contentSent() {
        return contentSent;
    }

    /**
     * Sends a piece of the body, and waits if the client is behind. The array is sent as it is, uncopied: the caller
     * does not change it any more.
     *
     * @throws ClientGone if it has left, or took nothing for as long as it may
     */
    public void write(byte[] bytes) {
        for (int from = 0; from < bytes.length; from += SLICE) {
            awaitRoom();
            writeAtOnce(bytes, from, Math.min(SLICE, bytes.length - from));
        }
    }

    /**
     * Waits while the client is behind.
     *
     * @throws ClientGone if it has left, or took nothing for as long as it may
     */
    public void awaitRoom() {
        if (!outbox.awaitRoom(call::gone)) {
            throw drop(tooSlow());
        }
    }

    private String tooSlow() {
        return "the client took nothing for " + outbox.timeoutMs() + " ms";
    }

    private ClientGone drop(String why) {
        ClientConnection.closeNow(request.connection());
        call.leave();
        return new ClientGone(why);
    }

    /**
     * As {@link #write}, but does not wait, and the piece should be small.
     *
     * @return whether the client keeps up; if not, the next piece is for {@link #write}
     * @throws ClientGone if it has left
     */
    public boolean writeAtOnce(byte[] bytes) {
        return writeAtOnce(bytes, 0, bytes.length);
    }

    private boolean writeAtOnce(byte[] bytes, int from, int length) {
        call.requireClient();
        outbox.add(length);
        // What waits for the end of the write must not keep the bytes.
        response.write(Buffer.buffer(Unpooled.wrappedBuffer(bytes, from, length))).onComplete(done -> {
            if (done.failed()) {
                unsent(done.cause());
            }
            outbox.sent(length);
        });
        return outbox.hasRoom();
    }

    /** A part of the answer is missing: whatever followed on the connection would be taken for it. */
    private void unsent(Throwable why) {
        if (call.gone()) {
            return;
        }
        boolean left = why instanceof IOException || why instanceof VertxException;
        if (!left) {
            LOG.warn("{} is broken off: its answer could not be written: {}", call.id(), why.toString());
        } else if (response.ended()) {
            LOG.info("{} left before it had taken its answer", call.id());
        }
        drop("the answer could not be written");
    }

    /**
     * Ends an answer of which a part is missing, in a form that has no words for it: its client has what has come, and
     * then the connection is closed before the body's end (RFC 9112, 8). Waits while the client takes it, unless the
     * request was cut short.
     */
    public void breakOff() {
        brokenOff = true;
        ends();
        try {
            outbox.awaitEmpty(this::nobodyWaits);
        } finally {
            ClientConnection.closeNow(request.connection());
        }
    }

    /** Whether it was broken off. */
    boolean brokenOff() {
        return brokenOff;
    }

    /**
     * Ends the answer with {@code last}, after which clients may go on without waiting for the end of the body.
     *
     * @throws ClientGone if the client has left, or took nothing for as long as it may
     */
    public void endWith(byte[] last) {
        ends();
        write(last);
        end();
    }

    /** Ends an answer that has no more to come though it is not whole: where content was sent, it is broken off. */
    public void endUnfinished() {
        if (contentSent && !response.ended() && !call.gone()) {
            breakOff();
        } else {
            end();
        }
    }

    /** Ends the answer properly. Harmless if it has ended, or if the client has left. */
    public void end() {
        if (!response.ended()) {
            if (!response.headWritten()) {
                // Nobody reads this answer; it only keeps Camel from writing one of its own.
                begun.set(true);
                response.setStatusCode(ClientCall.CLIENT_CLOSED_REQUEST);
            }
            ends();
            response.end();
        }
    }
}
