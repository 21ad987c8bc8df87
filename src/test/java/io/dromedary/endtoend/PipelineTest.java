package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.RunningGateway;

/** Thousands of requests in one write are answered one after the other, whatever the answer is and whoever gives it. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class PipelineTest {

    private static final int MANY = 4000;

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.single(upstream));

    @ParameterizedTest
    @ValueSource(strings = {"GET /v1/models", "POST /v1/chat/completions", "GET /health/liveness",
            "OPTIONS /v1/chat/completions",
        "GET /nothing-here", "GET /%zz", "HEAD /health/liveness"})
    void eachIsAnswered(String line) throws Exception {
        answered(gateway, line, "Host: x\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /nothing-here", "DELETE /v1/chat/completions", "GET /%zz",
            "POST /v1/chat/completions"})
    void withTheKeyToo(String line) throws Exception {
        answered(gateway, line, "Host: x\r\nAuthorization: Bearer " + RunningGateway.KEY + "\r\n\r\n");
    }

    private static void answered(RunningGateway gateway, String line, String rest) throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            Thread sender = new Thread(() -> {
                try {
                    client.send((line + " HTTP/1.1\r\n" + rest).repeat(MANY)
                            + "GET /health/liveness HTTP/1.1\r\nHost: x\r\n"
                            + "Connection: close\r\n\r\n");
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            sender.start();
            String answers = client.readAll();
            sender.join();
            assertEquals(MANY + 1, answers.split("HTTP/1\\.1 ", -1).length - 1, "the last: "
                    + answers.substring(Math.max(0, answers.length() - 500)));
        }
    }

    @Test
    void thoseThatTheServerIsTooBusyForToo() throws Exception {
        try (RunningGateway busy =
                RunningGateway.with(RunningGateway.single(upstream), java.util.Map.of("gateway.requests.max", "0"))) {
            answered(busy, "GET /v1/models", "Host: x\r\nAuthorization: Bearer " + RunningGateway.KEY + "\r\n\r\n");
        }
    }
}
