package io.dromedary.soak;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

import io.dromedary.harness.RawClient;

/**
 * Harm by what requests and answers say: what grows when it is unpacked, what teaches the gateway nonsense, what writes
 * lines into its log, and what makes much of a few bytes.
 */
final class ContentAttacks {

    /** What a line of the log begins with where a client could write one. */
    static final String FORGED = "forged-by-a-client";
    /** More than a body may have, unpacked. */
    private static final int BOMB_MIB = 70;
    private static final byte[] BOMB = bomb();
    /** Between attacks that take a second of a processor each: their number is not the harm that is tried here. */
    private static final int HEAVY_PAUSE_MS = 3000;
    /** A line end and FORGED, with what moves a terminal's cursor, in JSON. */
    private static final String FORGED_JSON = "x\\n" + FORGED + "\\r\\n" + FORGED + "\\u001b[2J\\u0085\\u2028\\u0007";

    private final Attackers attackers;
    private final AtomicInteger answers = new AtomicInteger();

    /** @param attackers whose call ids they have */
    ContentAttacks(Attackers attackers) {
        this.attackers = attackers;
    }

    List<Attackers.Attack> all() {
        return List.of(this::gzipBomb, this::poisonedDrops, this::poisonedRefusals, this::forgedLines,
                this::largeNumbers, this::hostileAnswers);
    }

    private static byte[] bomb() {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write("{\"model\":\"".getBytes());
            for (int i = 0; i < BOMB_MIB; i++) {
                gzip.write("x".repeat(1024 * 1024).getBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private static String with(String field, String chat) {
        return "{" + field + "," + chat.substring(1);
    }

    private static String steady() {
        return Attackers.prompt("steady", "hi", false);
    }

    private void gzipBomb(RawClient client) throws IOException, InterruptedException {
        client.send(attackers.head("POST", "/v1/chat/completions", true, "Content-Type: application/json\r\n"
                + "Content-Encoding: gzip\r\nContent-Length: " + BOMB.length + "\r\n")).send(BOMB);
        attackers.ask(client, "");
        TimeUnit.MILLISECONDS.sleep(HEAVY_PAUSE_MS);
    }

    /** The upstream names a field that no request of others has, and whose name holds one that they have. */
    private void poisonedDrops(RawClient client) throws IOException {
        attackers.ask(client, attackers.chat(with("\"" + SteadyUpstream.UNKNOWN + " temperature\":1", steady())));
        attackers.ask(client, attackers.chat(with("\"" + SteadyUpstream.UNKNOWN + "u".repeat(300) + attackers.sent()
                + "\":1", steady())));
    }

    /** The upstream repeats the client's words, which say that it cannot do what others need. */
    private void poisonedRefusals(RawClient client) throws IOException {
        attackers.ask(client, attackers.chat(HonestClients.withImage(steady())
                .replace("\"url\"", "\"detail\":\"" + SteadyUpstream.REFUSAL + "\",\"url\"")));
    }

    private void forgedLines(RawClient client) throws IOException {
        attackers.ask(client, attackers.chat(Attackers.prompt(FORGED_JSON, "hi", false)));
        attackers.ask(client, attackers.chat(Attackers.prompt("any/" + FORGED_JSON, "hi", false)));
        attackers.ask(client, attackers.chat(with("\"" + SteadyUpstream.UNKNOWN + FORGED_JSON + "\":1", steady())));
        attackers.ask(client, attackers.chat(with("\"" + FORGED_JSON + "\":1", steady())));
        attackers.ask(client, attackers.chat(with("\"additional_drop_params\":[\"" + FORGED_JSON
                + "\"],\"fallbacks\":[\"" + FORGED_JSON + "\",{\"model\":\"steady\",\"" + FORGED_JSON
                + "\":1}],\"user\":\"" + FORGED_JSON + "\"", steady())));
        attackers.ask(client, attackers.chat(with("\"api_base\":\"" + FORGED_JSON + "\"", steady())));
        // Of these nothing is read but that they are no requests.
        String path = attackers.sent() % 2 == 0 ? "%0A" + FORGED + "%1B%5B2J%C2%85%00" : "\u001b[2J\u0085" + FORGED;
        client.send(attackers.head("GET", "/v1/" + path, true, "Connection: close\r\n")).readAll();
    }

    private void largeNumbers(RawClient client) throws IOException {
        String names = IntStream.range(0, 5000).mapToObj(i -> "\"no-" + i + "\"").collect(Collectors.joining(","));
        attackers.ask(client, attackers.chat(with("\"n\":2000000000", steady())));
        attackers.ask(client, attackers.chat(with("\"n\":2e9", Attackers.prompt("steady", "hi", true))));
        attackers.ask(client, attackers.chat(with("\"fallbacks\":[" + names + "]", steady())));
        String some = names.substring(0, names.indexOf(",\"no-90"));
        attackers.ask(client, attackers.chat(with("\"fallbacks\":[" + some + "]",
                Attackers.prompt("no-such-model", "hi", false))));
    }

    private void hostileAnswers(RawClient client) throws IOException, InterruptedException {
        String what = HostileUpstream.ALL.get(answers.getAndIncrement() % HostileUpstream.ALL.size());
        if (what.contains("choice")) {
            String body = Attackers.prompt("hostile", what, true);
            client.send(attackers.head("POST", "/v1/chat/completions", true, "Connection: close\r\nContent-Length: "
                    + body.length() + "\r\n") + body).readAll();
        } else {
            attackers.ask(client, attackers.chat(Attackers.prompt("hostile", what, false)));
        }
        TimeUnit.MILLISECONDS.sleep(HEAVY_PAUSE_MS);
    }
}
