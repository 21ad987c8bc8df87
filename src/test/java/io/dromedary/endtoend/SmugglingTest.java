package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

/** A request whose end could be seen in two places is refused, and nothing after it is read. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class SmugglingTest {

    private static final String CHAT = RunningGateway.chat("only", false);
    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.single(upstream));

    private static String head(String lines) {
        return "POST /v1/chat/completions HTTP/1.1\r\nAuthorization: Bearer " + RunningGateway.KEY + "\r\n" + lines;
    }

    private static String second() {
        return "GET /health/liveness HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "Host: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Host: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        "Host: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        "Host: x\r\nContent-Length: 2, 3\r\n\r\n{}",
        "Host: x\r\nContent-Length: +2\r\n\r\n{}",
        "Host: x\r\nContent-Length: -2\r\n\r\n{}",
        "Host: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Host: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "Host: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "Host: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        "Host: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "Host: x\r\nX-Folded: a\r\n Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}",
        "Host: x\r\nX-Folded: a\r\n\tb\r\nContent-Length: 2\r\n\r\n{}",
        "Host: x\nContent-Length: 2\r\n\r\n{}",
        "Host: x\r\nContent-Length: 2\n\n{}",
        "Content-Length: 2\r\n\r\n{}",
        "Host: x\r\nHost: y\r\nContent-Length: 2\r\n\r\n{}",
        "Host: x\r\nContent-Length: 2\r\nNul: a\u0000b\r\n\r\n{}"})
    void itIs400AndTheConnectionIsClosed(String rest) throws Exception {
        int before = upstream.received().size();
        try (RawClient client = new RawClient(gateway.port())) {
            String answer = client.send(head(rest) + second()).readAll();
            assertTrue(answer.startsWith("HTTP/1.1 400") || answer.startsWith("HTTP/1.0 400"), answer);
            assertFalse(answer.contains("alive"), "nothing after it is answered: " + answer);
            assertTrue(answer.contains("\"code\":\"invalid_http\""), answer);
        }
        assertEquals(before, upstream.received().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "1 x\r\n{\r\n0\r\n\r\n",
        "1;a=\"\r\nX\r\n0\r\n\r\n",
        "1\r\n{}\r\n0\r\n\r\n",
        "1\n{\r\n0\r\n\r\n",
        "1\r\n{\n0\r\n\r\n",
        "0x1\r\n{\r\n0\r\n\r\n",
        "fffffffffffffffff\r\n{",
        "0\r\nContent-Length: 5\r\n\r\n",
        "0\r\nX : y\r\n\r\n"})
    void aBodyInChunksThatCanBeReadInTwoWaysIsBrokenOff(String chunks) throws Exception {
        int before = upstream.received().size();
        try (RawClient client = new RawClient(gateway.port())) {
            String answer = client.send(head("Host: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
                    + second()).readAll();
            assertFalse(answer.contains("alive"), "nothing after it is answered: " + answer);
        }
        assertEquals(before, upstream.received().size());
    }

    @Test
    void anOldRequestOnAKeptConnectionHidesNoSecondOne() throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            String answer = client.send(head("Connection: keep-alive\r\nContent-Length: 4\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
                    .replace("HTTP/1.1", "HTTP/1.0") + second()).readAll();
            assertTrue(answer.contains(" 400 ") && !answer.contains("alive"), answer);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "\u0000\u0000\r\n", "\u0001", " ", "\n", "\r\n\r\n", "\u007f"})
    void whatStandsBetweenTwoRequestsIsNotSkipped(String between) throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            String answer = client.send(second() + between + second()).readAll();
            assertEquals(2, answer.split("alive|invalid_http", -1).length - 1, answer);
            assertTrue(answer.contains("invalid_http"), answer);
        }
    }

    @Test
    void properRequestsFollowEachOtherHoweverTheyAreCut() throws Exception {
        String all = head("Host: x\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(CHAT.length()) + "\r\n"
                + CHAT
                + "\r\n0\r\n\r\n") + "\r\n" + second()
                + head("Host: x\r\nContent-Length: " + CHAT.length() + "\r\n\r\n" + CHAT);
        for (int size : new int[] {1, 7, 64, all.length()}) {
            try (RawClient client = new RawClient(gateway.port())) {
                for (int i = 0; i < all.length(); i += size) {
                    client.send(all.substring(i, Math.min(all.length(), i + size)));
                }
                client.readUntil("total_tokens\":2}}");
                client.readUntil("alive!\"");
                client.readUntil("total_tokens\":2}}");
            }
        }
    }

    @Test
    void aBodyMayHoldWhatAHeadMayNot() throws Exception {
        String body = CHAT.replace("{\"model\"", "{\n \n\t\"model\"");
        try (RawClient client = new RawClient(gateway.port())) {
            client.post("/v1/chat/completions", body).readUntil("total_tokens\":2}}");
        }
    }
}
