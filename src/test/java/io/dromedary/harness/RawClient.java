package io.dromedary.harness;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A client that says exactly what a test tells it, and hears every byte. */
public final class RawClient implements Closeable {

    private static final int PATIENCE_MS = 20_000;
    private static final int SMALL_WINDOW = 4096;

    private final Socket socket;
    private final InputStream in;

    /** Connects to the gateway on that port. */
    public RawClient(int port) throws IOException {
        this(port, 0);
    }

    private RawClient(int port, int window) throws IOException {
        socket = new Socket();
        if (window > 0) {
            socket.setReceiveBufferSize(window);
        }
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(PATIENCE_MS);
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
    }

    /** One whose system takes little of an answer that is not read. */
    public static RawClient withSmallWindow(int port) throws IOException {
        return new RawClient(port, SMALL_WINDOW);
    }

    /** Sends exactly this. */
    public RawClient send(String bytes) throws IOException {
        return send(bytes.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends exactly these bytes. */
    public RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Sends a POST of JSON with the key. */
    public RawClient post(String path, String body) throws IOException {
        return send("POST " + path + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer " + RunningGateway.KEY
                + "\r\nContent-Type: application/json\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length
                + "\r\n\r\n" + body);
    }

    /** Reads until {@code text} has come; returns all that came, up to and with it. */
    public String readUntil(String text) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (!all.toString(StandardCharsets.UTF_8).endsWith(text)) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("The connection ended before '" + text + "', after: " + all);
            }
            all.write(b);
        }
        return looked(all.toString(StandardCharsets.UTF_8));
    }

    /** Reads the head of an answer and as many bytes of its body as it says; returns the body. */
    public byte[] readAnswer() throws IOException {
        String head = readUntil("\r\n\r\n").toLowerCase(Locale.ROOT);
        int at = head.indexOf("content-length: ");
        if (at < 0) {
            throw new IOException("An answer without a length: " + head);
        }
        int length = Integer.parseInt(head.substring(at + 16, head.indexOf("\r\n", at)));
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new IOException("The connection ended after " + body.length + " bytes of " + length);
        }
        return body;
    }

    /** Reads so many bytes; fewer at the end of the connection. Returns how many. */
    public int readSome(int bytes) throws IOException {
        return in.readNBytes(bytes).length;
    }

    /** Reads to the end of the connection. */
    public String readAll() throws IOException {
        return looked(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }

    private static String looked(String answer) {
        KeyLeaks.lookThrough(answer);
        return answer;
    }

    /** Leaves with a reset, as a process that is killed may. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
