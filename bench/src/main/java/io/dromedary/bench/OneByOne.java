package io.dromedary.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * A client that sends one request after another on one connection and notes how long each takes, which load generators
 * tell of all requests together only. The first one's time has the making of the connection in it.
 */
final class OneByOne implements AutoCloseable {

    private static final int READ_MILLIS = 60_000;

    private final Socket socket;
    private final byte[] request;
    private final byte[] buffer = new byte[65536];

    private OneByOne(Socket socket, byte[] request) {
        this.socket = socket;
        this.request = request;
    }

    /**
     * Sends that many plain requests; the time of each in milliseconds, in their order.
     *
     * @param paceMillis from the beginning of one to that of the next, where that is over by then; 0 for at once
     * @throws IllegalStateException if an answer is none of 200
     */
    static Series send(Target target, int requests, int paceMillis) throws IOException {
        Series times = new Series();
        long begin = System.nanoTime();
        long next = begin;
        try (OneByOne client = connect(target)) {
            for (int i = 0; i < requests; i++) {
                client.exchange();
                times.add((System.nanoTime() - begin) / 1e6);
                next = Math.max(System.nanoTime(), next + TimeUnit.MILLISECONDS.toNanos(paceMillis));
                while (i + 1 < requests && System.nanoTime() < next) {
                    LockSupport.parkNanos(next - System.nanoTime());
                }
                begin = System.nanoTime();
            }
        }
        return times;
    }

    private static OneByOne connect(Target target) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), target.port());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(READ_MILLIS);
        String body = Body.plain(Body.MODEL);
        return new OneByOne(socket, ("POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:" + target.port()
                + "\r\nAuthorization: Bearer " + Rig.KEY + "\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n"
                + target.headers().stream().map(header -> header + "\r\n").collect(Collectors.joining()) + "\r\n"
                + body).getBytes(StandardCharsets.US_ASCII));
    }

    private void exchange() throws IOException {
        socket.getOutputStream().write(request);
        int length = 0;
        int end = -1;
        while (end < 0 || length < end) {
            int more = read(length);
            length += more;
            end = end < 0 ? endOfAnswer(length) : end;
        }
    }

    private int read(int from) throws IOException {
        InputStream in = socket.getInputStream();
        int length = in.read(buffer, from, buffer.length - from);
        if (length <= 0) {
            throw new EOFException("The connection ended before its answer, or that is over 64 KB");
        }
        return length;
    }

    /** Where the answer ends, once that can be told; -1 before. */
    private int endOfAnswer(int length) {
        String text = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
        int head = text.indexOf("\r\n\r\n");
        if (head < 0) {
            return -1;
        }
        if (!text.startsWith("HTTP/1.1 200")) {
            throw new IllegalStateException("Not answered with 200: " + text);
        }
        String fields = text.substring(0, head + 2).toLowerCase(Locale.ROOT);
        int at = fields.indexOf("\r\ncontent-length:");
        if (at >= 0) {
            int from = at + "\r\ncontent-length:".length();
            return head + 4 + Integer.parseInt(fields.substring(from, fields.indexOf("\r\n", from)).trim());
        }
        return text.endsWith("0\r\n\r\n") ? length : -1;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
