package io.dromedary.soak;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.dromedary.harness.RunningGateway;

/**
 * Clients that ask properly, of an upstream without a fault, and ask for the gateway's health: whatever others do, each
 * of them is answered, whole and soon.
 */
final class HonestClients implements AutoCloseable {

    private static final int PAUSE_MS = 100;
    /** Far above what a busy machine needs, and below what a gateway that stands still for one client takes. */
    private static final long SOON_MS = 20_000;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI gateway;
    private final Map<String, Integer> outcomes = new ConcurrentHashMap<>();
    private final List<String> broken = new CopyOnWriteArrayList<>();
    private final AtomicInteger number = new AtomicInteger();
    private final Rounds rounds;
    private final int warm;

    /** @param warm how many may take as long as they do: a JVM that has just started is slow by itself */
    HonestClients(int port, int clients, int warm) {
        this.warm = warm;
        gateway = URI.create("http://127.0.0.1:" + port);
        rounds = new Rounds(IntStream.range(0, clients).<Rounds.Round>mapToObj(i -> this::ask).toList(), PAUSE_MS);
    }

    /** The same request with a picture beside its text. */
    static String withImage(String chat) {
        return chat.replace("\"hi\"", "[{\"type\":\"text\",\"text\":\"hi\"},{\"type\":\"image_url\",\"image_url\":{"
                + "\"url\":\"data:image/png;base64,AA==\"}}]");
    }

    /** Each asks for a temperature, and some show a picture: whoever teaches the gateway nonsense would be seen. */
    private static String request(int round, String model, boolean stream) {
        String chat = "{\"temperature\":0.5," + RunningGateway.chat(model, stream).substring(1);
        return round % 5 == 0 ? withImage(chat) : chat;
    }

    private void ask() throws InterruptedException {
        int round = number.incrementAndGet();
        String id = "honest-" + round;
        boolean stream = round % 3 == 1;
        String model = round % 2 == 0 ? "steady" : "any/" + SteadyUpstream.MODEL;
        HttpRequest.Builder request = HttpRequest.newBuilder().timeout(Duration.ofSeconds(30))
                .header("x-litellm-call-id", id).header("Authorization", "Bearer " + RunningGateway.KEY);
        request = round % 8 == 0 ? request.uri(gateway.resolve("/health/readiness"))
                : request.uri(gateway.resolve("/v1/chat/completions")).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(request(round, model, stream)));
        long begin = System.nanoTime();
        try {
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            outcomes.put(id, answer.statusCode());
            boolean whole = answer.body().contains(round % 8 == 0 ? "healthy" : "answer")
                    && answer.body().contains("data: [DONE]") == (stream && round % 8 != 0);
            if (answer.statusCode() != 200 || !whole || round > warm && ms > SOON_MS) {
                broken.add(id + " after " + ms + " ms: " + answer.statusCode() + " " + answer.body());
            }
        } catch (IOException e) {
            broken.add(id + ": " + e);
        }
    }

    /** What became of each request, by its call id. */
    Map<String, Integer> outcomes() {
        return outcomes;
    }

    /** Those that were not answered as they should have been. */
    List<String> broken() {
        return broken;
    }

    /** Ends them; each first gets the answer that it waits for. */
    @Override
    public void close() {
        rounds.close();
    }
}
