package io.dromedary.endtoend;

import static io.dromedary.harness.OtlpCollector.attributes;
import static io.dromedary.harness.RunningGateway.chat;
import static io.dromedary.harness.RunningGateway.localAndCloud;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.OtlpCollector;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;
import io.dromedary.observe.trace.SpanField;

/** What a collector of OpenTelemetry gets to know of requests, read by the official classes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TracingTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";

    @RegisterExtension
    private final Fixture fixture = new Fixture();

    private FakeUpstream local;
    private FakeUpstream cloud;
    private OtlpCollector collector;
    private RunningGateway gateway;

    @BeforeAll
    void start() throws IOException {
        local = fixture.upstream();
        cloud = fixture.upstream();
        collector = fixture.closing(OtlpCollector.start());
        gateway = fixture.closing(RunningGateway.with(localAndCloud(local, cloud)
                .replace("  drop_params: true\n", "  drop_params: true\n  forward_traceparent_to_llm_provider: true\n"),
                Map.of(), Map.of(), Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url(),
                "OTEL_EXPORTER_OTLP_HEADERS", "x-collector-key=a%20b", "OTEL_EXPORTER_OTLP_COMPRESSION", "gzip",
                "OTEL_SERVICE_NAME", "llm-gateway", "OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=test",
                "OTEL_BSP_SCHEDULE_DELAY", "20")));
    }

    @BeforeEach
    void bothAnswer() {
        local.says("hello");
        cloud.says("from the cloud");
        collector.spans().clear();
    }

    private static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    /** All spans of the request, the server's first, as soon as there are so many. */
    private List<Span> spansOf(String callId, int count) {
        return await().until(() -> {
            Span server = collector.spans().stream().filter(span -> callId.equals(
                    attributes(span.getAttributesList()).get("dromedary.call_id"))).findFirst().orElse(null);
            return server == null ? List.<Span>of() : Stream.concat(Stream.of(server), collector.spans().stream()
                    .filter(span -> span != server && span.getTraceId().equals(server.getTraceId())
                    && span.getParentSpanId().equals(server.getSpanId()))).toList();
        }, spans -> spans.size() == count);
    }

    private HttpResponse<String> ask(String id, String body, String... headers) {
        String[] all = Stream.concat(Stream.of("x-litellm-call-id", id), Stream.of(headers)).toArray(String[]::new);
        return gateway.post("/v1/chat/completions", body, all);
    }

    @Test
    void aRequestIsASpanOfTheServerWithOneOfAClientForItsAttempt() {
        long before = System.currentTimeMillis();
        ask("plain", chat("local", false));
        List<Span> spans = spansOf("plain", 2);
        Span server = spans.get(0);
        Span client = spans.get(1);
        assertEquals(List.of(Span.SpanKind.SPAN_KIND_SERVER, Span.SpanKind.SPAN_KIND_CLIENT),
                List.of(server.getKind(), client.getKind()));
        assertEquals(List.of("POST /v1/chat/completions", "chat local-upstream"),
                List.of(server.getName(), client.getName()));
        assertTrue(server.getParentSpanId().isEmpty());
        Map<String, String> of = attributes(server.getAttributesList());
        assertEquals(List.of("200", "chat", "local", "master", "local-id", "1", "0"), Stream.of(
                "http.response.status_code", "gen_ai.operation.name", "gen_ai.request.model", "dromedary.key",
                "dromedary.deployment", "dromedary.attempts", "dromedary.fallbacks").map(of::get).toList());
        of = attributes(client.getAttributesList());
        assertEquals(List.of("openai", "local-upstream", "1", "1", "127.0.0.1", String.valueOf(local.port())),
                Stream.of("gen_ai.provider.name", "gen_ai.request.model", "gen_ai.usage.input_tokens",
                "gen_ai.usage.output_tokens", "server.address", "server.port").map(of::get).toList());
        assertTrue(server.getStartTimeUnixNano() / 1_000_000 >= before - 1000);
        assertTrue(server.getStartTimeUnixNano() <= client.getStartTimeUnixNano()
                && client.getStartTimeUnixNano() < client.getEndTimeUnixNano()
                && client.getEndTimeUnixNano() <= server.getEndTimeUnixNano());
        assertEquals(Status.StatusCode.STATUS_CODE_UNSET, server.getStatus().getCode());
        Map<String, String> resource = collector.resources().get(0);
        assertEquals(List.of("llm-gateway", "test"),
                List.of(resource.get("service.name"), resource.get("deployment.environment")));
        assertEquals("a b", collector.heads().get(0).getFirst("x-collector-key"));
        assertEquals("gzip", collector.heads().get(0).getFirst("Content-Encoding"));
    }

    @Test
    void aFallbackShowsEachAttemptWithWhatWentWrong() {
        local.does((request, line) -> line.json(503, Replies.error("overloaded", "server_error", "x")));
        ask("fallback", chat("local", true));
        List<Span> spans = spansOf("fallback", 3);
        Map<String, String> first = attributes(spans.get(1).getAttributesList());
        Map<String, String> second = attributes(spans.get(2).getAttributesList());
        assertEquals(List.of("local-id", "first", "server_error", "503"), Stream.of("dromedary.deployment",
                "dromedary.choice", "error.type", "http.response.status_code").map(first::get).toList());
        assertEquals(Status.StatusCode.STATUS_CODE_ERROR, spans.get(1).getStatus().getCode());
        assertEquals(List.of("cloud-id", "fallback", "true"), Stream.of("dromedary.deployment", "dromedary.choice",
                "gen_ai.request.stream").map(second::get).toList());
        assertTrue(Double.parseDouble(second.get("gen_ai.response.time_to_first_chunk")) < 30, second.toString());
        assertEquals(List.of("cloud-id", "1", "2"), Stream.of("dromedary.deployment", "dromedary.fallbacks",
                "dromedary.attempts").map(attributes(spans.get(0).getAttributesList())::get).toList());
        assertEquals(Status.StatusCode.STATUS_CODE_UNSET, spans.get(0).getStatus().getCode());
    }

    @Test
    void theTraceOfTheClientGoesOnAndTheUpstreamIsToldItsOwnAttempt() {
        ask("traced", chat("local", false), "traceparent", "00-" + TRACE + "-" + SPAN + "-01", "tracestate", "a=b");
        List<Span> spans = spansOf("traced", 2);
        assertEquals(List.of(TRACE, SPAN), List.of(hex(spans.get(0).getTraceId()),
                hex(spans.get(0).getParentSpanId())));
        assertEquals("00-" + TRACE + "-" + hex(spans.get(1).getSpanId()) + "-01",
                local.last().headers().get("traceparent"));
        assertEquals("a=b", local.last().headers().get("tracestate"));
    }

    @Test
    void aTraceThatItsClientDoesNotKeepIsNotKeptAndToldOnAsThat() {
        ask("unsampled", chat("local", false), "traceparent", "00-" + TRACE + "-" + SPAN + "-00");
        assertTrue(local.last().headers().get("traceparent").matches("00-" + TRACE + "-[0-9a-f]{16}-00"));
        ask("after", chat("local", false));
        spansOf("after", 2);
        assertFalse(collector.spans().stream().anyMatch(span -> attributes(span.getAttributesList())
                .containsValue("unsampled")));
    }

    @Test
    void aTraceParentThatIsNoneBeginsATrace() {
        for (String wrong : List.of("x", "00-" + TRACE + "-" + SPAN + "-1", "00-" + TRACE + "-" + SPAN + "-01-x",
                "ff-" + TRACE + "-" + SPAN + "-01", "00-" + "0".repeat(32) + "-" + SPAN + "-01",
                "00-" + TRACE.toUpperCase(Locale.ROOT) + "-" + SPAN + "-01", "00_" + TRACE + "-" + SPAN
                + "-01")) {
            String id = "wrong-" + wrong.hashCode();
            ask(id, chat("local", false), "traceparent", wrong, "tracestate", "a=b");
            Span server = spansOf(id, 2).get(0);
            assertTrue(server.getParentSpanId().isEmpty(), wrong);
            assertFalse(local.last().headers().containsKey("tracestate"), wrong);
        }
    }

    @Test
    void aRequestThatFailsHasASpanWithItsError() {
        local.does((request, line) -> line.json(400, Replies.error("no", "invalid_request_error", "bad_thing")));
        ask("mistake", chat("local", false));
        Span server = spansOf("mistake", 2).get(0);
        assertEquals("bad_thing", attributes(server.getAttributesList()).get("error.type"));
        ask("unknown", chat("nobody-serves-this", false));
        assertEquals("POST", spansOf("unknown", 1).get(0).getName());
    }

    @Test
    void aRequestThatTheServerRefusesIsASpanOfItsOwnInTheTraceOfItsClient() {
        gateway.send(gateway.request("/v1/chat/completions").header("x-litellm-call-id", "keyless")
                .header("traceparent", "00-" + TRACE + "-" + SPAN + "-01")
                .method("BREW", HttpRequest.BodyPublishers.noBody()).build());
        Span server = spansOf("keyless", 1).get(0);
        Map<String, String> attributes = attributes(server.getAttributesList());
        assertEquals("HTTP", server.getName(), "a method of the client's own is no name");
        assertEquals("_OTHER", attributes.get("http.request.method"));
        assertEquals("401", attributes.get("http.response.status_code"));
        assertEquals("invalid_api_key", attributes.get("error.type"));
        assertEquals(Status.StatusCode.STATUS_CODE_UNSET, server.getStatus().getCode(), "the client's own mistake");
        assertEquals(TRACE, hex(server.getTraceId()));
        assertEquals(SPAN, hex(server.getParentSpanId()));
    }

    @Test
    void aSpanBeginsWithTheHeadAndWhileTheBodyComesNothingIsTheGatewaysOwnTime() throws IOException {
        String body = chat("local", false);
        try (RawClient client = new RawClient(gateway.port())) {
            client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + RunningGateway.KEY
                    + "\r\nx-litellm-call-id: late-body\r\nExpect: 100-continue\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + body.length() + "\r\n\r\n").readUntil("100 Continue");
            long headIsThere = System.currentTimeMillis();
            await().until(() -> System.currentTimeMillis() > headIsThere + 300);
            client.send(body).readUntil("hello");
            Span server = spansOf("late-body", 2).get(0);
            assertTrue(server.getStartTimeUnixNano() / 1_000_000 <= headIsThere + 50, "its body came later");
            double overhead = Double.parseDouble(attributes(server.getAttributesList()).get("dromedary.overhead"));
            assertTrue(overhead * 1e9 < server.getEndTimeUnixNano() - server.getStartTimeUnixNano() - 250_000_000,
                    "the client's own time is none of the gateway's: " + overhead);
        }
    }

    @Test
    void noContentAndNoKeyIsInASpan() {
        local.does((request, line) -> line.json(400, Replies.error("SECRET-WORDS", "invalid_request_error", "x")));
        ask("secret", chat("local", false).replace("\"hi\"", "\"SECRET-PROMPT\""));
        cloud.says("SECRET-ANSWER");
        ask("secret-2", chat("cloud", false).replace("\"hi\"", "\"SECRET-PROMPT\""));
        spansOf("secret-2", 2);
        for (byte[] body : collector.bodies()) {
            String text = new String(body, StandardCharsets.ISO_8859_1);
            assertFalse(text.contains("SECRET") || text.contains(RunningGateway.KEY)
                    || text.contains(RunningGateway.CLOUD_KEY), text);
        }
    }

    @Test
    void noAttributeIsSentThatTheTableDoesNotHave() {
        ask("all", chat("local", true));
        spansOf("all", 2);
        Set<String> known = Stream.of(SpanField.values()).map(SpanField::key).collect(Collectors.toSet());
        Set<String> sent = new TreeSet<>();
        collector.spans().forEach(span -> sent.addAll(attributes(span.getAttributesList()).keySet()));
        sent.removeAll(known);
        assertEquals(Set.of(), sent);
    }

    @Test
    void healthAndListsOfModelsHaveNoSpans() {
        gateway.get("/health/liveliness");
        gateway.get("/v1/models");
        ask("last", chat("local", false));
        spansOf("last", 2);
        assertFalse(collector.spans().stream().anyMatch(span -> attributes(span.getAttributesList())
                .getOrDefault("url.path", "").matches(".*(health|models).*")));
    }
}
