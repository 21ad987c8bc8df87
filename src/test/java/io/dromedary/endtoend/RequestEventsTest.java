package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.attempt.RequestEvents;
import io.dromedary.attempt.RequestListener;
import io.dromedary.client.ClientCall;
import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.LogLines;
import io.dromedary.harness.RecordingListener;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** An observer in a jar of a team's own is told what happens to requests, in its order and with the reasons. */
@Timeout(60)
class RequestEventsTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream()
            .does((request, line) -> line.json(200, Replies.chat("from the cloud")));
    private final RunningGateway gateway = fixture.gateway(RunningGateway.localAndCloud(local, cloud));

    @BeforeEach
    void beginAnew() {
        RecordingListener.forget();
    }

    private void assertTold(String... events) {
        await().until(() -> RecordingListener.told().stream().anyMatch(told -> told.startsWith("request ended")));
        assertEquals(List.of(events), RecordingListener.told());
    }

    @Test
    void aFailoverIsToldWithTheReasonOfTheAttemptThatFailed() {
        local.does((request, line) -> line.json(500, Replies.error("no", "server_error", "x")));
        assertEquals(200, gateway.post("/v1/chat/completions", RunningGateway.chat("local", false)).statusCode());
        assertTold("request began", "planned local", "attempt began local-id", "attempt ended local-id SERVER_ERROR",
                "given up local-id", "attempt began cloud-id", "first content cloud-id", "usage known cloud-id 2",
                "attempt ended cloud-id well", "request ended 200");
    }

    @Test
    void aStreamThatBreaksOffBeforeItsContentIsToldWithItsReason() {
        local.does((request, line) -> {
            line.streamHead();
            line.hangUp();
        });
        gateway.post("/v1/chat/completions", RunningGateway.chat("local", true));
        await().until(() -> RecordingListener.told().stream().anyMatch(told -> told.startsWith("request ended")));
        assertEquals("attempt ended local-id BROKEN_OFF", RecordingListener.told().get(3));
    }

    @Test
    void aClientsOwnMistakeGivesNobodyUp() {
        local.does((request, line) -> line.json(400, Replies.error("yours", "invalid_request_error", "x")));
        assertEquals(400, gateway.post("/v1/chat/completions", RunningGateway.chat("local", false)).statusCode());
        assertTold("request began", "planned local", "attempt began local-id", "attempt ended local-id CLIENT_MISTAKE",
                "request ended 400");
    }

    @Test
    void whatTheServerRefusesIsToldAsThat() {
        assertEquals(404, gateway.post("/no/such/path", "{}").statusCode());
        await().until(() -> !RecordingListener.told().isEmpty());
        assertEquals(List.of("refused 404"), RecordingListener.told());
    }

    @Test
    void aListenerThatThrowsHarmsNoRequestAndIsToldOfOnce() {
        RecordingListener.failing(true);
        try (LogLines log = LogLines.collect()) {
            for (int i = 0; i < 3; i++) {
                assertEquals(200,
                        gateway.post("/v1/chat/completions", RunningGateway.chat("cloud", false)).statusCode());
            }
            await().until(() -> RecordingListener.told().stream().filter("request ended 200"::equals).count() == 3);
            assertEquals(1, log.lines().stream().filter(line -> line.contains("RecordingListener has failed")).count());
        } finally {
            RecordingListener.failing(false);
        }
    }

    @Test
    void aListenerThatThrowsKeepsNoOtherFromBeingTold() {
        List<String> told = new ArrayList<>();
        RequestEvents events = new RequestEvents(List.of(new RequestListener() {
            @Override
            public void requestBegan(ClientCall call) {
                throw new AbstractMethodError("made for another version");
            }
        })).with(new RequestListener() {
            @Override
            public void requestBegan(ClientCall call) {
                told.add("began");
            }
        });
        events.requestBegan(null);
        assertEquals(List.of("began"), told);
    }
}
