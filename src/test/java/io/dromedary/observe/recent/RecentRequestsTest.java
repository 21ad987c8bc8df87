package io.dromedary.observe.recent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.dromedary.json.TokenUsage;
import io.dromedary.observe.RequestRecord;

/** What is kept of the requests that ended last. */
class RecentRequestsTest {

    private static RequestRecord record(String id, boolean refused, int status) {
        return new RequestRecord(id, 1, "POST", "/v1/chat/completions", refused, refused ? null : "master", null,
                refused ? null : "chat", false, status, false, "an_error", List.of(), List.of(), List.of(), 1, -1, 0,
                TokenUsage.NONE, null, 0, 0, null, null);
    }

    private static List<String> ids(List<RequestRecord> records) {
        return records.stream().map(RequestRecord::id).toList();
    }

    @Test
    void whoHasNoKeyPushesNothingOut() {
        RecentRequests requests = new RecentRequests();
        requests.ended(record("failed", false, 502));
        for (int i = 0; i < 1000; i++) {
            requests.ended(record("refused-" + i, true, 401));
        }
        assertTrue(ids(requests.recent(500)).contains("failed"), "the last requests");
        assertTrue(ids(requests.failed(500)).contains("failed"), "the last that failed");
        assertEquals("refused-999", requests.recent(1).get(0).id());
        assertEquals(51, requests.recent(500).size());
        assertEquals(List.of("refused-999", "refused-998"), ids(requests.after(999, 5)));
        assertEquals(502, requests.find("failed").orElseThrow().status());
    }
}
