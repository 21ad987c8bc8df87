package io.dromedary.app.rehearsal;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The upstream of a rehearsal: answers at once, always the same, on a port of the loopback address. Reads no more of
 * HTTP/1.1 than the gateway sends. A thread a connection, of which there are a few.
 */
final class RehearsalUpstream implements AutoCloseable {

    private static final byte[] PLAIN = json("{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1,"
            + "\"model\":\"chat\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":"
            + "\"Rehearsed.\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2,"
            + "\"total_tokens\":11}}");
    private static final byte[] EMBEDDING = json("{\"object\":\"list\",\"model\":\"embedding\",\"data\":[{\"object\":"
            + "\"embedding\",\"index\":0,\"embedding\":[0.1,-0.2,0.3]}],\"usage\":{\"prompt_tokens\":2,"
            + "\"total_tokens\":2}}");
    private static final byte[] FAILURE = answer("503 Service Unavailable",
            "{\"error\":{\"message\":\"Loading model\",\"type\":\"unavailable_error\",\"code\":503}}");
    private static final byte[] STREAM_HEAD = ascii("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n" + chunk(event("{\"role\":\"assistant\",\"content\":null}", "null")));
    private static final byte[] STREAM_WORD = ascii(chunk(event("{\"content\":\"Rehearsed \"}", "null")));
    private static final byte[] STREAM_END = ascii(chunk(event("{}", "\"stop\"")) + chunk("data: [DONE]\n\n")
            + "0\r\n\r\n");
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final int WORDS = 4;
    private static final int MOST_HEAD = 16 * 1024;

    private final ServerSocket socket;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private RehearsalUpstream(ServerSocket socket) {
        this.socket = socket;
    }

    /** Opens a free port and answers there. */
    static RehearsalUpstream start() throws IOException {
        RehearsalUpstream upstream =
                new RehearsalUpstream(new ServerSocket(0, 50, InetAddress.getByAddress(LOOPBACK)));
        thread(upstream::accept, "rehearsal-upstream");
        return upstream;
    }

    /** The {@code api_base} under which it answers. */
    String base() {
        return "http://127.0.0.1:" + socket.getLocalPort() + "/v1";
    }

    /** The {@code api_base} under which it fails. */
    String failingBase() {
        return "http://127.0.0.1:" + socket.getLocalPort() + "/failing/v1";
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = socket.accept();
                open.add(connection);
                thread(() -> serve(connection), "rehearsal-upstream-connection");
            }
        } catch (IOException e) {
            // closed
        }
    }

    private static void thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(connection.getInputStream());
            OutputStream out = connection.getOutputStream();
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                String body = new String(in.readNBytes(length(head)), StandardCharsets.ISO_8859_1);
                answer(head, body, out);
            }
        } catch (IOException e) {
            // the gateway has closed it
        } finally {
            open.remove(connection);
        }
    }

    private static void answer(String head, String body, OutputStream out) throws IOException {
        String line = head.substring(0, head.indexOf('\r'));
        if (line.contains("/failing/")) {
            out.write(FAILURE);
        } else if (line.contains("/embeddings")) {
            out.write(EMBEDDING);
        } else if (body.replace(" ", "").contains("\"stream\":true")) {
            out.write(STREAM_HEAD);
            for (int i = 0; i < WORDS; i++) {
                out.write(STREAM_WORD);
            }
            out.write(STREAM_END);
        } else {
            out.write(PLAIN);
        }
    }

    /** A request's head with its empty line; empty at the connection's end. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder(256);
        for (int next = in.read(); next >= 0; next = in.read()) {
            head.append((char) next);
            int length = head.length();
            if (next == '\n' && length > 3 && head.charAt(length - 3) == '\n') {
                return head.toString();
            }
            if (length > MOST_HEAD) {
                return "";
            }
        }
        return "";
    }

    private static int length(String head) {
        String lower = head.toLowerCase(Locale.ROOT);
        int at = lower.indexOf("\ncontent-length:");
        return at < 0 ? 0 : Integer.parseInt(lower.substring(at + 16, lower.indexOf('\r', at)).trim());
    }

    private static String event(String delta, String finish) {
        return "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"chat\","
                + "\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + finish + "}]}\n\n";
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    private static byte[] json(String body) {
        return answer("200 OK", body);
    }

    private static byte[] answer(String status, String body) {
        return ascii("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        try {
            socket.close();
            for (Socket connection : open) {
                connection.close();
            }
        } catch (IOException e) {
            // it is closed as far as it can be
        }
    }
}
