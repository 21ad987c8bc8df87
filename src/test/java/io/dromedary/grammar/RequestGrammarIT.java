package io.dromedary.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Nginx;
import io.dromedary.harness.RunningGateway;

/**
 * The gateway takes no request that nginx refuses, and sees no more requests in the same bytes than nginx does, but for
 * what {@link #NAMED} lists. nginx is the more lenient one in places; that does not count.
 */
@Timeout(400)
@Tag("long")
class RequestGrammarIT {

    /** What the gateway takes and nginx does not: a beginning of a request's name to the reason. */
    private static final Map<String, String> NAMED = Map.of(
            "many fields", "the sizes of heads are a setting of each");

    private static final String LAST = "GET /health/liveness HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    private static final int CLIENTS = 64;
    private static final int PATIENCE_MS = 30_000;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3}) ");

    @Test
    void whatNginxRefusesTheGatewayRefuses() throws Exception {
        assumeTrue(Nginx.program().isPresent(), "There is no nginx here to compare with: apt-get install nginx-light");
        Map<String, String> requests = RawRequests.all();
        Map<String, List<String>> byNginx;
        Map<String, List<String>> byGateway;
        try (Nginx nginx = Nginx.start()) {
            byNginx = send(nginx.port(), requests);
        }
        try (FakeUpstream upstream = FakeUpstream.start();
                RunningGateway gateway = RunningGateway.with(RunningGateway.single(upstream),
                        Map.of("gateway.server.head-timeout", "5000", "gateway.server.body-timeout", "1000"))) {
            byGateway = send(gateway.port(), requests);
        }
        Map<String, String> different = new TreeMap<>();
        requests.forEach((name, bytes) -> {
            int nginx = taken(byNginx.get(name));
            int gateway = taken(byGateway.get(name));
            if (gateway > nginx && NAMED.keySet().stream().noneMatch(name::startsWith)) {
                different.put(name, "nginx " + byNginx.get(name) + ", gateway " + byGateway.get(name) + ": "
                        + RawRequests.shown(bytes));
            }
        });
        assertTrue(different.isEmpty(), different.size() + " of " + requests.size() + ":\n"
                + different.entrySet().stream()
                .map(entry -> entry.getKey() + " -> " + entry.getValue()).reduce("", (a, b) -> a + b + "\n"));
        requests.keySet().stream().filter(name -> name.startsWith("proper")).forEach(name -> {
            // After an HTTP/1.0 request without keep-alive the connection is closed (RFC 9112, 9.3).
            List<String> expected = name.endsWith("HTTP/1.0") ? List.of("200") : List.of("200", "200");
            assertEquals(expected, byGateway.get(name), name);
            assertEquals(expected, byNginx.get(name), name);
        });
        for (String name : NAMED.keySet()) {
            assertTrue(requests.keySet().stream().anyMatch(other -> other.startsWith(name)
                    && taken(byGateway.get(other)) > taken(byNginx.get(other))), name
                    + " is no difference any more: take it off the list");
        }
    }

    /** How many requests were taken for such, whatever became of them. */
    private static int taken(List<String> answers) {
        return (int) answers.stream().filter(answer -> !answer.equals("refused")).count();
    }

    private static Map<String, List<String>> send(int port, Map<String, String> requests) throws Exception {
        Map<String, List<String>> answers = new ConcurrentHashMap<>();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> sent = new ArrayList<>();
            requests.forEach((name, bytes) -> sent.add(clients.submit(() -> {
                answers.put(name, ask(port, bytes + LAST));
                return null;
            })));
            for (Future<?> each : sent) {
                each.get();
            }
        } finally {
            clients.shutdownNow();
        }
        return answers;
    }

    private static List<String> ask(int port, String bytes) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(PATIENCE_MS);
            try {
                socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
                InputStream in = socket.getInputStream();
                byte[] buffer = new byte[8192];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    all.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
                }
            } catch (SocketException e) {
                // Closed with bytes unread: what came before counts.
                assertTrue(e.getMessage().contains("reset") || e.getMessage().contains("Broken pipe"), e.getMessage());
            }
        }
        List<String> answers = new ArrayList<>();
        Matcher status = STATUS.matcher(all);
        List<Integer> begins = new ArrayList<>();
        while (status.find()) {
            begins.add(status.start());
            answers.add(status.group(1));
        }
        for (int i = 0; i < answers.size(); i++) {
            String answer = all.substring(begins.get(i), i + 1 < begins.size() ? begins.get(i + 1) : all.length());
            answers.set(i, isRefusal(answers.get(i), answer) ? "refused" : answers.get(i));
        }
        return answers;
    }

    /** A 400 of the gateway that is not about HTTP, and a 401 or 404, are answers to a request that was taken. */
    private static boolean isRefusal(String status, String answer) {
        return switch (status) {
            case "400" -> answer.contains("invalid_http") || answer.contains("invalid_url") || answer.contains("nginx");
            case "405", "408", "411", "413", "414", "417", "431", "494", "501", "505" -> true;
            default -> false;
        };
    }
}
