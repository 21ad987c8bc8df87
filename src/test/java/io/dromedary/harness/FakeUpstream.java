package io.dromedary.harness;

import static org.awaitility.Awaitility.await;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An upstream on a real socket that does what a test tells it, down to the single byte. Remembers what it was asked.
 * Each connection has a thread of its own; {@link #close} ends them all.
 */
public final class FakeUpstream implements Closeable {

    /** What a test wants done with one request. */
    @FunctionalInterface
    public interface Behaviour {
        /** Answers on {@code line}; when it returns, the connection is kept for the next request. */
        void answer(Received request, Line line) throws Exception;
    }

    /** A request as it came. */
    public record Received(String method, String path, Map<String, String> headers, byte[] body) {

        /** The body as text. */
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private final ServerSocket server;
    /** Holds the port without listening on it. */
    private final Socket holder = new Socket();
    private final int port;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile Behaviour behaviour = (request, line) -> line.json(200, Replies.chat("hello"));

    private FakeUpstream(int port) throws IOException {
        server = new ServerSocket(port, 200, InetAddress.getLoopbackAddress());
        this.port = server.getLocalPort();
        daemon(this::accept, "fake-upstream-" + this.port);
    }

    /** One on a free port that answers every chat request with "hello". */
    public static FakeUpstream start() {
        return startOn(0);
    }

    /** One on that port. */
    public static FakeUpstream startOn(int port) {
        try {
            return new FakeUpstream(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** From now on, requests are answered so. */
    public FakeUpstream does(Behaviour what) {
        behaviour = what;
        return this;
    }

    /** From now on, it says this to every chat: whole, or as a stream of one chunk where a stream is asked for. */
    public FakeUpstream says(String text) {
        return does((request, line) -> {
            if (request.text().replace(" ", "").contains("\"stream\":true")) {
                line.stream(text);
            } else {
                line.json(200, Replies.chat(text));
            }
        });
    }

    /** Where it is, as an {@code api_base}. */
    public String baseUrl() {
        return "http://127.0.0.1:" + port + "/v1";
    }

    /** Its port. */
    public int port() {
        return port;
    }

    /** What it was asked so far. */
    public List<Received> received() {
        return received;
    }

    /** The requests that cost something: probes left out. */
    public List<Received> posts() {
        return received.stream().filter(request -> request.method().equals("POST")).toList();
    }

    /** What it was asked last. */
    public Received last() {
        return received.get(received.size() - 1);
    }

    /** How many connections were made to it. */
    public int connections() {
        return accepted.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                accepted.incrementAndGet();
                connections.add(socket);
                daemon(() -> serve(socket), "fake-upstream-connection");
            }
        } catch (IOException e) {
            // closed: the test is over
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (Received request = read(in); request != null; request = read(in)) {
                received.add(request);
                behaviour.answer(request, new Line(socket, in));
                if (socket.isClosed()) {
                    return;
                }
            }
        } catch (Exception e) {
            // the gateway has closed the connection, or the test has
        } finally {
            connections.remove(socket);
        }
    }

    private static Received read(InputStream in) throws IOException {
        String line = readLine(in);
        if (line == null) {
            return null;
        }
        String[] words = line.split(" ");
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String header = readLine(in); header != null && !header.isEmpty(); header = readLine(in)) {
            int colon = header.indexOf(':');
            headers.put(header.substring(0, colon), header.substring(colon + 1).trim());
        }
        byte[] body;
        if ("chunked".equals(headers.getOrDefault("Transfer-Encoding", "").toLowerCase(Locale.ROOT))) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int size = Integer.parseInt(readLine(in), 16); size > 0; size = Integer.parseInt(readLine(in), 16)) {
                all.write(in.readNBytes(size));
                readLine(in);
            }
            readLine(in);
            body = all.toByteArray();
        } else {
            body = in.readNBytes(Integer.parseInt(headers.getOrDefault("Content-Length", "0")));
        }
        return new Received(words[0], words[1], headers, body);
    }

    private static String readLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                String text = line.toString(StandardCharsets.ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            line.write(b);
        }
        return null;
    }

    /** Closes every connection that is open, and goes on. */
    public void dropConnections() {
        connections.forEach(socket -> {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** From now on, connections are refused. The port stays taken, so that no other test's upstream gets it. */
    public void refuses() {
        int port = port();
        close();
        // The port is free once the thread that accepts has noticed.
        await().ignoreExceptions().until(() -> {
            holder.setReuseAddress(true);
            holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        });
    }

    @Override
    public void close() {
        try {
            server.close();
            if (holder.isBound()) {
                holder.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        dropConnections();
    }
}
