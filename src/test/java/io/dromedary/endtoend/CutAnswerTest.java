package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** An answer that the clock over the whole request cuts short, while its client is behind, is never taken for whole. */
class CutAnswerTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();

    @ParameterizedTest
    @CsvSource({"/v1/audio/speech, audio/mpeg", "/v1/chat/completions, text/event-stream"})
    void itsConnectionIsClosedBeforeTheEndOfItsBody(String path, String type) throws Exception {
        AtomicBoolean cut = new AtomicBoolean();
        upstream.does((request, line) -> {
            try {
                line.raw("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nTransfer-Encoding: chunked\r\n\r\n");
                for (int i = 0; i < 10_000; i++) {
                    line.event(Replies.chunk("x".repeat(32 * 1024)));
                }
            } finally {
                cut.set(true);
            }
        });
        RunningGateway gateway = fixture.gateway(RunningGateway.single(upstream),
                Map.of("gateway.timeout.total", "1500", "gateway.timeout.write", "60000"), Map.of());
        try (RawClient client = RawClient.withSmallWindow(gateway.port()).post(path, "{\"model\":\"only\",\"stream\":"
                + (type.startsWith("text") ? "true" : "false") + ",\"input\":\"a\",\"voice\":\"b\",\"messages\":"
                + "[{\"role\":\"user\",\"content\":\"a\"}]}")) {
            assertTrue(client.readUntil("\r\n\r\n").startsWith("HTTP/1.1 200"));
            await().until(cut::get);
            assertFalse(client.readAll().endsWith("0\r\n\r\n"));
        }
    }
}
