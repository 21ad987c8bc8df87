package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.RunningGateway;

/** Who has no key holds no place, no memory and no generation, whatever they send and however slowly. */
@Timeout(60)
class KeylessClientTest {

    private static final int CLIENTS = 25;

    private final List<RawClient> clients = new ArrayList<>();
    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway =
            fixture.gateway(RunningGateway.single(upstream), Map.of("gateway.requests.max", "20"));

    private void sendMany(String request) throws IOException {
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(fixture.closing(new RawClient(gateway.port())).send(request));
        }
        for (RawClient client : clients) {
            client.readUntil("\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "OPTIONS /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx",
        "OPTIONS /nothing HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n",
        "GET /health/liveness HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\nx",
        "POST /health/liveness HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx",
        "OPTIONS /v1/models HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n"})
    void theyAreAnsweredAtOnceAndHoldNoPlace(String request) throws Exception {
        sendMany(request);
        assertEquals(0, gateway.app().requestsInFlight());
        assertEquals(0, gateway.app().heldBytes());
        assertEquals(200, gateway.post("/v1/chat/completions", RunningGateway.chat("only", false)).statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"OPTIONS /v1/chat/completions", "GET /health/liveness", "GET /health/readiness"})
    void aBodyThatIsTooLongOrTooSlowIsCut(String line) throws Exception {
        try (RawClient slow = new RawClient(gateway.port()); RawClient large = new RawClient(gateway.port())) {
            slow.send(line + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n");
            large.send(line + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            Thread sender = new Thread(() -> {
                try {
                    for (int i = 0; i < 1000; i++) {
                        large.send("8000\r\n" + "x".repeat(0x8000) + "\r\n");
                    }
                } catch (IOException e) {
                    assertTrue(e.getMessage() != null, "it was closed");
                }
            });
            sender.start();
            assertTrue(slow.readAll().startsWith("HTTP/1.1 "));
            sender.join();
        }
    }

    @Test
    void noEarlierGenerationIsKeptAlive() throws Exception {
        sendMany("OPTIONS /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx");
        Files.writeString(gateway.home().resolve("litellm_config.yaml"), "\n# changed\n",
                java.nio.file.StandardOpenOption.APPEND);
        assertEquals(200, gateway.post("/reload", "").statusCode());
        await().until(() -> gateway.app().generationsAlive() == 1);
    }

    @Test
    void theEndIsNotDelayed() throws Exception {
        sendMany("OPTIONS /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx");
        Thread end = new Thread(gateway.app()::close);
        end.start();
        end.join(20_000); // the grace is 45 s
        assertTrue(!end.isAlive(), "it has ended");
    }
}
