package io.dromedary.harness;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** The upstream's end of one connection: answers, proper ones and others. */
public final class Line {

    private final Socket socket;
    private final InputStream in;

    Line(Socket socket, InputStream in) {
        this.socket = socket;
        this.in = in;
    }

    /** Sends exactly these bytes, at once. */
    public Line raw(String bytes) throws IOException {
        return raw(bytes.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends exactly these bytes, at once. */
    public Line raw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Sends a whole JSON answer. */
    public Line json(int status, String body, String... headers) throws IOException {
        return whole(status, "application/json", body, headers);
    }

    /** Sends a whole answer of any type. */
    public Line whole(int status, String type, String body, String... headers) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Whatever\r\nContent-Type: " + type
                + "\r\nContent-Length: " + bytes.length + "\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        all.writeBytes(bytes);
        return raw(all.toByteArray());
    }

    /** Sends the head of a stream. */
    public Line streamHead(String... headers) throws IOException {
        StringBuilder head = new StringBuilder(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return raw(head.append("\r\n").toString());
    }

    /** Sends one chunk of a chunked body. */
    public Line chunk(String text) throws IOException {
        return chunk(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends one chunk of a chunked body. */
    public Line chunk(byte[] bytes) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        all.writeBytes(bytes);
        all.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        return raw(all.toByteArray());
    }

    /** Sends one event of a stream. */
    public Line event(String data) throws IOException {
        return chunk("data: " + data + "\n\n");
    }

    /** Ends a chunked body. */
    public Line endOfChunks() throws IOException {
        return raw("0\r\n\r\n");
    }

    /** Sends a whole stream: the words as chunks, the finish, {@code [DONE]}. */
    public Line stream(String... words) throws IOException {
        streamHead();
        for (String word : words) {
            event(Replies.chunk(word));
        }
        return event(Replies.finish()).event("[DONE]").endOfChunks();
    }

    /** Closes the connection as a process that ends does. */
    public void hangUp() throws IOException {
        socket.close();
    }

    /** Breaks the connection off with a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /**
     * Says nothing for so many ms, as a slow model does.
     *
     * @throws IOException if the other side closes the connection meanwhile
     */
    public Line silentFor(int ms) throws IOException {
        socket.setSoTimeout(ms);
        try {
            if (in.read() < 0) {
                throw new EOFException("closed by the gateway");
            }
        } catch (SocketTimeoutException e) {
            socket.setSoTimeout(0);
        }
        return this;
    }

    /** Waits until the other side closes the connection; true if it did, false if it sent something instead. */
    public boolean awaitClosed() {
        try {
            return in.read() < 0;
        } catch (IOException e) {
            return true;
        }
    }
}
