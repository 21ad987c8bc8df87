package io.dromedary.soak;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.dromedary.harness.RunningGateway;

/**
 * Clients that ask at a steady rate, some of them wrongly and some of them leaving early. Each request has a call id of
 * its own, under which they keep what became of it: the status, or {@link #LEFT}.
 */
final class SoakClients implements AutoCloseable {

    /** What became of a request whose client left before its answer was whole. */
    static final int LEFT = 499;

    private static final int PAUSE_MS = 80;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI gateway;
    private final Map<String, Integer> outcomes = new ConcurrentHashMap<>();
    private final List<String> broken = new CopyOnWriteArrayList<>();
    private final AtomicInteger number = new AtomicInteger();
    private final Rounds rounds;

    SoakClients(int port, int clients) {
        gateway = URI.create("http://127.0.0.1:" + port);
        rounds = new Rounds(IntStream.range(0, clients).<Rounds.Round>mapToObj(i -> this::round).toList(), PAUSE_MS);
    }

    private void round() throws InterruptedException {
        String id = "soak-" + number.incrementAndGet();
        try {
            outcomes.put(id, ask(id));
        } catch (IOException e) {
            broken.add(id + ": " + e);
        }
    }

    private int ask(String id) throws IOException, InterruptedException {
        return switch (ThreadLocalRandom.current().nextInt(20)) {
            case 0 -> plain(id, "/v1/chat/completions", "sk-wrong", RunningGateway.chat("local", false));
            case 1 -> plain(id, "/v1/chat/completions", RunningGateway.KEY, "{\"model\":\"local\"");
            case 2 -> plain(id, "/v1/chat/completions", RunningGateway.KEY, RunningGateway.chat("no-such-model", true));
            case 3 -> plain(id, "/v1/embeddings", RunningGateway.KEY, "{\"model\":\"embed\",\"input\":\"x\"}");
            case 4, 5 -> stream(id, true);
            case 6, 7, 8, 9, 10, 11,
                    12 -> plain(id, "/v1/chat/completions", RunningGateway.KEY, RunningGateway.chat("local", false));
            default -> stream(id, false);
        };
    }

    private int plain(String id, String path, String key, String body) throws IOException, InterruptedException {
        return http.send(request(id, path, key, body), HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    private int stream(String id, boolean leave) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = http.send(request(id, "/v1/chat/completions", RunningGateway.KEY,
                RunningGateway.chat("local", true)), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            if (leave && answer.statusCode() == 200) {
                body.read();
                return LEFT;
            }
            String all = new String(body.readAllBytes(), StandardCharsets.UTF_8);
            if (answer.statusCode() == 200 && all.contains("data: [DONE]") == all.contains("data: {\"error\":")) {
                broken.add(id + ": a stream ends with [DONE] or with an error event: " + all);
            }
            return answer.statusCode();
        }
    }

    private HttpRequest request(String id, String path, String key, String body) {
        return HttpRequest.newBuilder(gateway.resolve(path)).timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + key).header("Content-Type", "application/json")
                .header("x-litellm-call-id", id)
                .POST(HttpRequest.BodyPublishers.ofString(body)).build();
    }

    /** What became of each request, by its call id. */
    Map<String, Integer> outcomes() {
        return outcomes;
    }

    /** Requests that got no answer, or one that is none. */
    List<String> broken() {
        return broken;
    }

    /** Ends them; each first gets the answer that it waits for. */
    @Override
    public void close() {
        rounds.close();
    }
}
