package io.dromedary.soak;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.dromedary.harness.RawClient;
import io.dromedary.harness.RunningGateway;

/**
 * Clients that do harm, with the key and without it: each kind that once ended the gateway, kept others waiting or
 * taught it nonsense. Their requests have call ids of their own; of those that saw an answer its status is kept.
 */
final class Attackers implements AutoCloseable {

    private static final int PAUSE_MS = 400;
    /** As long as a client takes nothing, or sends too little, before it is given up: see the soak's properties. */
    private static final int PATIENCE_MS = 1500;
    private static final int MANY = 200;
    private static final int FIELDS = 20_000;
    private static final List<String> NO_HTTP = List.of(
            "POST / HTTP/1.0\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nX: \u0000\u001b[2J\r\n\r\n",
            "\u0000\u0001\u0002\r\n\r\n",
            "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "1;a=\"\r\nX\r\n0\r\n\r\n");

    private final int port;
    private final Map<String, Integer> answered = new ConcurrentHashMap<>();
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicInteger unexpected = new AtomicInteger();
    private final Rounds rounds;

    /** One round of an attack; that the gateway breaks it off is no fault. */
    @FunctionalInterface
    interface Attack {
        void make(RawClient client) throws IOException, InterruptedException;
    }

    Attackers(int port) {
        this.port = port;
        rounds = new Rounds(Stream.concat(Stream.<Attack>of(this::ownClocks, this::mistypedNames, this::flaggedPrompts,
                this::manyFields, this::slowBody, this::bodyWithoutKey, this::unreadAnswer, this::unreadStream,
                this::unreadPipeline, this::refusedPipeline, this::brokenHttp, this::halfAHead, this::leavesAtOnce),
                new ContentAttacks(this).all().stream())
                .map(attack -> (Rounds.Round) () -> round(attack)).toList(), PAUSE_MS);
    }

    private void round(Attack attack) throws InterruptedException {
        try (RawClient client = RawClient.withSmallWindow(port)) {
            attack.make(client);
        } catch (IOException e) {
            unexpected.incrementAndGet(); // broken off by the gateway, as some of these are to be
        }
    }

    String head(String method, String path, boolean key, String more) {
        return method + " " + path + " HTTP/1.1\r\nHost: x\r\nx-litellm-call-id: attack-" + number.incrementAndGet()
                + "\r\n" + (key ? "Authorization: Bearer " + RunningGateway.KEY + "\r\n" : "") + more + "\r\n";
    }

    String chat(String body) {
        return head("POST", "/v1/chat/completions", true, "Content-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n") + body;
    }

    static String prompt(String model, String text, boolean stream) {
        return RunningGateway.chat(model, stream).replace("hi", text);
    }

    /** Sends a request and reads its answer; keeps the status under the call id that the answer tells. */
    void ask(RawClient client, String request) throws IOException {
        String head = client.send(request).readUntil("\r\n\r\n");
        Map<String, String> headers = head.lines().skip(1).filter(line -> line.contains(": "))
                .collect(Collectors.toMap(line -> line.substring(0, line.indexOf(':')).toLowerCase(),
                line -> line.substring(line.indexOf(':') + 2), (first, second) -> first));
        answered.put(headers.get("x-litellm-call-id"), Integer.valueOf(head.substring(9, 12)));
        client.readSome(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    }

    private void ownClocks(RawClient client) throws IOException {
        ask(client, chat("{\"timeout\":0.001," + prompt("steady", "hi", false).substring(1)));
        ask(client, chat("{\"stream_timeout\":0.001," + prompt("steady", "hi", false).substring(1)));
    }

    private void mistypedNames(RawClient client) throws IOException {
        ask(client, chat(prompt("any/stedy-upstraem-" + number.get() % 7, "hi", false)));
    }

    private void flaggedPrompts(RawClient client) throws IOException {
        ask(client, chat(prompt("steady", SteadyUpstream.FLAGGED, false)));
    }

    private void manyFields(RawClient client) throws IOException {
        String names = IntStream.range(0, FIELDS).mapToObj(i -> "\"field-" + i + "\":" + i)
                .collect(Collectors.joining(","));
        ask(client, chat("{" + names + "," + prompt("no-such-model", "hi", false).substring(1)));
    }

    private void slowBody(RawClient client) throws IOException, InterruptedException {
        client.send(head("POST", "/v1/chat/completions", true, "Content-Length: 1000000\r\n"));
        drip(client);
        ask(client, " ");
    }

    private void bodyWithoutKey(RawClient client) throws IOException, InterruptedException {
        client.send(head("OPTIONS", "/v1/chat/completions", false, "Content-Length: 60000\r\n"));
        drip(client);
    }

    private static void drip(RawClient client) throws IOException, InterruptedException {
        for (int i = 0; i < PATIENCE_MS / 100; i++) {
            client.send(" ");
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private void unreadAnswer(RawClient client) throws IOException, InterruptedException {
        client.send(chat(prompt("steady", SteadyUpstream.LENGTHY, false)));
        TimeUnit.MILLISECONDS.sleep(2 * PATIENCE_MS);
    }

    private void unreadStream(RawClient client) throws IOException, InterruptedException {
        client.send(chat(prompt("steady", SteadyUpstream.LENGTHY, true)));
        TimeUnit.MILLISECONDS.sleep(2 * PATIENCE_MS);
    }

    private void unreadPipeline(RawClient client) throws IOException, InterruptedException {
        client.send(chat(prompt("steady", SteadyUpstream.LENGTHY, false)));
        for (int i = 0; i < MANY; i++) {
            client.send(head("GET", "/v1/models", true, "Cookie: " + "x".repeat(200) + "\r\n"));
        }
        TimeUnit.MILLISECONDS.sleep(PATIENCE_MS);
    }

    private void refusedPipeline(RawClient client) throws IOException {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < MANY; i++) {
            requests.append(head("GET", i % 2 == 0 ? "/nothing" : "/v1/models", false, ""));
        }
        client.send(requests.toString());
        for (int i = 0; i < MANY; i++) {
            ask(client, "");
        }
    }

    private void brokenHttp(RawClient client) throws IOException {
        client.send(NO_HTTP.get(number.incrementAndGet() % NO_HTTP.size())).readAll();
    }

    private void halfAHead(RawClient client) throws IOException, InterruptedException {
        client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(20_000));
        TimeUnit.MILLISECONDS.sleep(PATIENCE_MS);
    }

    private void leavesAtOnce(RawClient client) throws IOException {
        client.send(chat(prompt("steady", "hi", true))).reset();
    }

    /** What became of each request that saw its answer, by its call id. */
    Map<String, Integer> answered() {
        return answered;
    }

    /** How many requests they have sent, at least in part. */
    int sent() {
        return number.get();
    }

    /** How many rounds the gateway has broken off. */
    int brokenOff() {
        return unexpected.get();
    }

    @Override
    public void close() {
        rounds.close();
    }
}
