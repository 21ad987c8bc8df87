package io.dromedary.client;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/**
 * The answer to one client's request: whether it has begun, and its bytes, written with back-pressure. It goes straight
 * to Vert.x' response, because Camel's own writer collects 16 KiB before it sends and never learns that the client has
 * left (org.apache.camel.component.platform.http.vertx.AsyncInputStream). Safe for several threads.
 */
public final class ClientAnswer {

    private final ClientCall call;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Outbox outbox;
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean opened;
    private volatile boolean contentSent;
    private volatile int status;

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

    private void head(int code, Map<String, String> headers) {
        status = code;
        response.setStatusCode(code);
        headers.forEach(response::putHeader);
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
     * Sends a piece of the body at once, and waits if the client is behind. The array is sent as it is, uncopied: the
     * caller does not change it any more.
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
        if (!outbox.awaitRoom(call::gone)) {
            request.connection().close();
            call.leave();
            throw new ClientGone("the client took nothing for " + outbox.timeoutMs() + " ms");
        }
    }

    /**
     * As {@link #write}, but does not wait.
     *
     * @return whether the client keeps up; if not, the next piece is for {@link #write}
     * @throws ClientGone if it has left
     */
    public boolean writeAtOnce(byte[] bytes) {
        call.requireClient();
        int length = bytes.length; // what waits for its end must not keep the bytes
        outbox.add(length);
        response.write(Buffer.buffer(Unpooled.wrappedBuffer(bytes))).onComplete(done -> outbox.sent(length));
        return outbox.hasRoom();
    }

    /** Ends the answer properly. Harmless if it has ended, or if the client has left. */
    public void end() {
        if (!response.ended()) {
            if (!response.headWritten()) {
                // Nobody reads this answer; it only keeps Camel from writing one of its own.
                begun.set(true);
                response.setStatusCode(ClientCall.CLIENT_CLOSED_REQUEST);
            }
            response.end();
        }
    }
}
