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
                refused ? null : "chat", false, null, status, false, "an_error", List.of(), List.of(), List.of(), 1,
                -1, 0, TokenUsage.NONE, null, 0, 0, null, null);
    }

    private static RequestRecord answered(String id) {
        return new RequestRecord(id, 1, "POST", "/v1/chat/completions", false, "master", null, "chat", false, null, 200,
                false, null, List.of(), List.of(), List.of(), 1, -1, 0, TokenUsage.NONE, null, 0, 0, null, null);
    }

    private static List<String> ids(List<RecentRequests.Seen> seen) {
        return seen.stream().map(each -> each.record().id()).toList();
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
        assertEquals("refused-999", requests.recent(1).get(0).record().id());
        assertEquals(51, requests.recent(500).size());
        assertEquals(List.of("refused-999", "refused-998"), ids(requests.after(999, 5)));
        assertEquals(502, requests.find("failed", seen -> true).orElseThrow().record().status());
    }

    @Test
    void requestsOfOneIdAreToldApartByTheirNumbers() {
        RecentRequests requests = new RecentRequests();
        requests.ended(record("same", false, 500));
        requests.ended(record("same", false, 502));
        assertEquals(List.of(2L, 1L), requests.recent(5).stream().map(RecentRequests.Seen::number).toList());
        assertEquals(502, requests.find("same", seen -> true).orElseThrow().record().status(), "the newest");
        assertEquals(500, requests.find("same", seen -> seen.number() == 1).orElseThrow().record().status());
        assertTrue(requests.find("same", seen -> seen.number() == 3).isEmpty());
    }

    @Test
    void whereThereAreTooManyToTellTheOnesThatFailedAreTold() {
        RecentRequests requests = new RecentRequests();
        requests.ended(record("failed", false, 502));
        for (int i = 0; i < 100; i++) {
            requests.ended(answered("answered-" + i));
            requests.ended(record("refused-" + i, true, 401));
        }
        assertEquals(List.of("refused-99", "answered-99", "failed"), ids(requests.after(0, 3)), "newest first");
        assertEquals(List.of("refused-99", "answered-99", "refused-98"), ids(requests.after(1, 3)));
    }
}
