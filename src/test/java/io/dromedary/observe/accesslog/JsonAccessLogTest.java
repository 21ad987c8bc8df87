package io.dromedary.observe.accesslog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.client.FailureKind;
import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.LogLines;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;
import io.dromedary.json.TokenUsage;
import io.dromedary.observe.AttemptRecord;
import io.dromedary.observe.AttemptRecord.Choice;
import io.dromedary.observe.AttemptRecord.Outcome;
import io.dromedary.observe.RequestRecord;

/** The line of JSON of each request: what it tells, and that it is one line of JSON whatever the request was. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class JsonAccessLogTest {

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final String CHAT = "/v1/chat/completions";
    private static final String PROMPT = "a prompt that nobody else may read";

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.localAndCloud(local, cloud)
            + "router_settings: {disable_cooldowns: true}\n", Map.of("gateway.log.format", "json"));

    @BeforeEach
    void asBefore() {
        local.says("hello");
        cloud.says("from the cloud");
    }

    private static JsonNode parsed(String line) {
        assertTrue(line.chars().noneMatch(c -> c < ' ' || c == 127 || c == 0x85 || c == 0x2028 || c == 0x2029), line);
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }

    private static Set<String> keys(Object[] fields) {
        return Stream.of(fields).map(field -> field instanceof LogField of ? of.key()
                : ((LogField.OfAttempt) field).key()).collect(Collectors.toSet());
    }

    /** Its fields are those of the table, and no others. */
    private static JsonNode known(JsonNode line) {
        line.fieldNames().forEachRemaining(name -> assertTrue(keys(LogField.values()).contains(name), name));
        line.path("attempts").forEach(attempt -> attempt.fieldNames().forEachRemaining(name ->
                assertTrue(keys(LogField.OfAttempt.values()).contains(name), name)));
        return line;
    }

    private static List<JsonNode> await(LogLines log, int count) {
        return Awaitility.await().until(() -> log.lines(), lines -> lines.size() >= count).stream()
                .map(line -> known(parsed(line))).toList();
    }

    @Test
    void aRequestThatFellBackIsToldWithAllOfItsFields() {
        local.does((request, line) -> line.json(500, Replies.error("no", "server_error", "x")));
        JsonNode line;
        try (LogLines log = LogLines.ofRequests()) {
            gateway.post(CHAT, "{\"model\":\"local\",\"messages\":[{\"role\":\"user\",\"content\":\"" + PROMPT
                    + "\"}]}", "x-litellm-call-id", "call-1");
            line = await(log, 1).get(0);
        }
        assertEquals(List.of("call-1", "master", "POST", CHAT, "chat", "local", "cloud", "cloud-id", "cloud-upstream"),
                Stream.of("id", "key", "method", "path", "operation", "model", "group", "deployment",
                "upstream_model").map(name -> line.path(name).asText()).toList());
        assertEquals(List.of("INFO", "dromedary.access"), List.of(line.path("level").asText(),
                line.path("loggerName").asText()));
        assertTrue(Math.abs(System.currentTimeMillis() - line.path("timestamp").asLong()) < 60_000);
        assertEquals(200, line.path("status").asInt());
        assertFalse(line.path("stream").asBoolean(true));
        assertEquals(List.of(1, 1, 0, 0), Stream.of("prompt_tokens", "completion_tokens", "cached_tokens",
                "reasoning_tokens").map(name -> line.path(name).asInt(-1)).toList());
        assertTrue(line.path("ms").asDouble() >= line.path("overhead_ms").asDouble()
                && line.path("overhead_ms").asDouble() > 0, line.toString());
        assertTrue(line.path("bytes_in").asInt() > 50 && line.path("bytes_out").asInt() > 50);
        JsonNode failed = line.path("attempts").path(0);
        assertEquals(List.of("local-id", "first", "failed", "server_error", "500"), Stream.of("deployment", "choice",
                "outcome", "kind", "status").map(name -> failed.path(name).asText()).toList());
        assertTrue(failed.path("ms").asDouble() > 0 && !failed.path("reason").asText().isEmpty());
        assertEquals("fallback", line.path("attempts").path(1).path("choice").asText());
        assertFalse(line.toString().contains(PROMPT) || line.toString().contains("from the cloud"), line.toString());
    }

    @Test
    void whateverAClientSendsItsLineIsOneLineOfJson() throws IOException {
        Random random = new Random(17);
        int sent = 60;
        try (LogLines log = LogLines.ofRequests()) {
            for (int i = 0; i < sent; i++) {
                String model = escaped(hostile(random, 40));
                String body = "{\"model\":\"" + model + "\",\"messages\":[],\"" + escaped(hostile(random, 9)) + "\":1}";
                StringBuilder path = new StringBuilder(i % 2 == 0 ? CHAT : "/x");
                for (int c = 0; c < random.nextInt(20); c++) {
                    path.append((char) ('!' + random.nextInt(94)));
                }
                try (RawClient client = new RawClient(gateway.port())) {
                    client.send("POST " + path.toString().replace(' ', '+') + " HTTP/1.1\r\nHost: x\r\n"
                            + "Authorization: Bearer " + RunningGateway.KEY + "\r\nConnection: close\r\n"
                            + "x-litellm-call-id: \"\\" + "}{\r\nContent-Length: " + body.getBytes().length
                            + "\r\n\r\n" + body);
                    client.readAll();
                }
            }
            assertEquals(sent, await(log, sent).size());
        }
    }

    @Test
    void whateverARecordHoldsItsLineIsBoundedAndParsesBackToIt() {
        Random random = new Random(4711);
        for (int i = 0; i < 2000; i++) {
            String text = hostile(random, 300);
            JsonNode line = known(parsed(JsonAccessLog.line(record(text, i % 40))));
            assertTrue(text.startsWith(line.path("model").asText()) || line.path("model").asText().length() == 256);
            assertEquals(0.0000001, line.path("cost").asDouble());
            if (text.length() <= 256) {
                assertEquals(text, line.path("model").asText());
                assertEquals(text, line.path("attempts").path(0).path("reason").asText());
            }
        }
        List<String> longest = new ArrayList<>();
        longest.add(JsonAccessLog.line(record("\u0001".repeat(100_000), 10_000)));
        assertTrue(longest.get(0).length() < 500_000, longest.get(0).length() + " characters");
        assertEquals(32, parsed(longest.get(0)).path("attempts").size());
    }

    private static RequestRecord record(String text, int many) {
        AttemptRecord attempt = new AttemptRecord(text, text, text, text, Choice.RETRY, 0, Outcome.FAILED,
                FailureKind.TIMEOUT, text, 504, 10, -1, 20, null);
        return new RequestRecord(text, 1, text, text, false, text, text, text, true, 504, true, text,
                Collections.nCopies(many + 1, attempt), Collections.nCopies(many, text),
                Collections.nCopies(many, text), 30, -1, 10, new TokenUsage(1, 2, 3, 4, 5, 6, true),
                new BigDecimal("1E-7"), 7, 8, true, null);
    }

    /** Characters of all kinds, the worst of them often. */
    private static String hostile(Random random, int most) {
        StringBuilder text = new StringBuilder();
        String worst = "\"\\\n\r\t\u0000\u007f\u0085\u2028\u2029\u202e\ud800\udc00\ufeff{}[],:'`$";
        for (int i = random.nextInt(most); i >= 0; i--) {
            switch (random.nextInt(4)) {
                case 0 -> text.append(worst.charAt(random.nextInt(worst.length())));
                case 1 -> text.append((char) random.nextInt(0x10000));
                case 2 -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
                default -> text.append((char) (' ' + random.nextInt(95)));
            }
        }
        return text.toString();
    }

    /** As a string of JSON, without its quotes, each character escaped. */
    private static String escaped(String text) {
        return text.chars().mapToObj(c -> String.format("\\u%04x", c)).collect(Collectors.joining());
    }
}
