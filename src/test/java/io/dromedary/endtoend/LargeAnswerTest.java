package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** A plain answer of some megabytes comes whole, however little of it is there when the gateway begins to read. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class LargeAnswerTest {

    private static final int PIECES = 3000;
    private static final String PIECE = "0123456789".repeat(100);

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.localAndCloud(upstream, upstream));

    @ParameterizedTest
    @ValueSource(strings = {"at once", "after its head", "in pieces", "packed"})
    void comesWhole(String how) throws Exception {
        String answer = Replies.chat(PIECE.repeat(PIECES));
        upstream.does((request, line) -> {
            String head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
            switch (how) {
                case "at once" -> line.json(200, answer);
                case "after its head" -> line.raw(head + "Content-Length: " + answer.length() + "\r\n\r\n")
                        .silentFor(100).raw(answer);
                case "in pieces" -> {
                    line.raw(head + "Transfer-Encoding: chunked\r\n\r\n");
                    for (int from = 0; from < answer.length(); from += 5000) {
                        line.chunk(answer.substring(from, Math.min(answer.length(), from + 5000)));
                    }
                    line.endOfChunks();
                }
                default -> {
                    byte[] packed = Replies.gzipped(answer.getBytes(StandardCharsets.UTF_8));
                    line.raw(head + "Content-Encoding: gzip\r\nContent-Length: " + packed.length + "\r\n\r\n")
                            .raw(packed);
                }
            }
        });
        HttpResponse<String> whole = gateway.post("/v1/chat/completions", RunningGateway.chat("local", false));
        assertEquals(200, whole.statusCode());
        assertEquals(PIECE.repeat(PIECES),
                new ObjectMapper().readTree(whole.body()).at("/choices/0/message/content").textValue());
    }
}
