package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** A plain answer of some megabytes comes whole, however little of it is there when the gateway begins to read. */
@Timeout(60)
class LargeAnswerTest {

    private static final int PIECES = 3000;
    private static final String PIECE = "0123456789".repeat(100);

    private static byte[] gzipped(String text) throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return packed.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"at once", "after its head", "in pieces", "packed"})
    void comesWhole(String how) throws Exception {
        String answer = Replies.chat(PIECE.repeat(PIECES));
        try (FakeUpstream upstream = FakeUpstream.start(); RunningGateway gateway =
                RunningGateway.with(RunningGateway.localAndCloud(upstream, upstream))) {
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
                        byte[] packed = gzipped(answer);
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
}
