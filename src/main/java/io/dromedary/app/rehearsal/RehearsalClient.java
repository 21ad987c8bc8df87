package io.dromedary.app.rehearsal;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The client of a rehearsal: asks what clients ask, one request after the other on one connection, and reads each
 * answer to its end. Used by one thread.
 */
final class RehearsalClient implements AutoCloseable {

    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final int TIMEOUT_MS = 5000;
    private static final String MESSAGES = "\"messages\":[{\"role\":\"system\",\"content\":\"You are terse.\"},"
            + "{\"role\":\"user\",\"content\":\"Say that this was rehearsed, and nothing else.\"}]";

    private final int port;
    private final List<byte[]> requests;
    private Socket socket;
    private InputStream in;
    private int next;

    /**
     * @param key    the master key of the rehearsing gateway
     * @param appKey a key with limits
     */
    RehearsalClient(int port, String key, String appKey) {
        this.port = port;
        this.requests = mix(key, appKey);
    }

    /** Plain and streamed chats most of all, since they are most of what clients send; each other way now and then. */
    private static List<byte[]> mix(String key, String appKey) {
        byte[] plain = post("/v1/chat/completions", key, chat("chat", false));
        byte[] stream = post("/v1/chat/completions", key, chat("chat", true));
        List<byte[]> rare = List.of(post("/v1/chat/completions", appKey, chat("chat", false)),
                post("/v1/embeddings", key, "{\"model\":\"embedding\",\"input\":\"a\"}"),
                post("/v1/chat/completions", key, chat("failing", false)),
                post("/v1/messages", key, "{\"model\":\"chat\",\"max_tokens\":9," + messages(false) + "}"),
                post("/v1/chat/completions", "no-key", chat("chat", false)),
                post("/v1/responses", key, "{\"model\":\"chat\",\"input\":\"Say it.\",\"store\":false}"),
                post("/v1/chat/completions", key, chat("failing", true)),
                post("/v1/messages", key, "{\"model\":\"chat\",\"max_tokens\":9," + messages(true) + "}"),
                post("/v1/chat/completions", key, "{\"model\":"),
                post("/v1/responses", key,
                        "{\"model\":\"chat\",\"input\":\"Say it.\",\"stream\":true,\"store\":false}"),
                post("/v1/chat/completions", key, chat("nobody", false)),
                ascii("GET /v1/models HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer " + key + "\r\n\r\n"));
        List<byte[]> mix = new ArrayList<>();
        for (byte[] request : rare) {
            mix.addAll(List.of(plain, plain, plain, stream, stream, request));
        }
        return mix;
    }

    private static String chat(String model, boolean stream) {
        return "{\"model\":\"" + model + "\",\"temperature\":0.7,\"stream\":" + stream + "," + MESSAGES + "}";
    }

    private static String messages(boolean stream) {
        return "\"stream\":" + stream + ",\"messages\":[{\"role\":\"user\",\"content\":\"Say it.\"}]";
    }

    private static byte[] post(String path, String key, String body) {
        return ascii("POST " + path + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer " + key
                + "\r\nContent-Type: application/json\r\nAccept: */*\r\nUser-Agent: rehearsal\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Asks the next of the mix, whatever is answered. */
    void ask() throws IOException {
        if (socket == null) {
            socket = new Socket(InetAddress.getByAddress(LOOPBACK), port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MS);
            in = new BufferedInputStream(socket.getInputStream());
        }
        socket.getOutputStream().write(requests.get(next));
        next = (next + 1) % requests.size();
        if (closesAfterAnswer()) {
            close();
        }
    }

    /** Reads one answer; whether its connection ends with it. */
    private boolean closesAfterAnswer() throws IOException {
        StringBuilder head = new StringBuilder(512);
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) nextByte());
        }
        String lower = head.toString().toLowerCase(Locale.ROOT);
        if (lower.contains("\ntransfer-encoding: chunked")) {
            skipChunks();
        } else {
            int at = lower.indexOf("\ncontent-length:");
            in.readNBytes(at < 0 ? 0 : Integer.parseInt(lower.substring(at + 16, lower.indexOf('\r', at)).trim()));
        }
        return lower.contains("\nconnection: close");
    }

    private void skipChunks() throws IOException {
        while (true) {
            int size = 0;
            for (int digit = nextByte(); digit != '\n'; digit = nextByte()) {
                size = digit == '\r' ? size : size * 16 + Character.digit(digit, 16);
            }
            in.readNBytes(size + 2);
            if (size == 0) {
                return;
            }
        }
    }

    private int nextByte() throws IOException {
        int read = in.read();
        if (read < 0) {
            throw new EOFException("the rehearsing gateway closed the connection");
        }
        return read;
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
