package io.dromedary.observe.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.dromedary.json.TokenUsage;
import io.dromedary.observe.AttemptRecord;
import io.dromedary.observe.RequestRecord;

/** What the charts are made of. */
class TrafficTest {

    private final AtomicLong now = new AtomicLong(1_000_000_007_000L);
    private final Traffic traffic = new Traffic(now::get);

    /** A stream whose first token came after so long. */
    private void streams(String deployment, long firstTokenMs) {
        AttemptRecord attempt = new AttemptRecord(deployment, "group", "openai", "model", AttemptRecord.Choice.FIRST, 0,
                AttemptRecord.Outcome.ANSWERED, null, null, 200, 0, firstTokenMs * 1000, firstTokenMs * 1000 + 1,
                null);
        traffic.ended(new RequestRecord("id", now.get(), "POST", "/v1/chat/completions", false, "master", "group",
                "chat", true, null, 200, false, null, List.of(attempt), List.of(), List.of(), firstTokenMs * 1000 + 1,
                firstTokenMs * 1000, 0, TokenUsage.NONE, null, 0, 0, null, null));
    }

    @Test
    void aPercentileOfALongStepIsThatOfItsRequestsAndNoMeanOfShorterSteps() {
        now.addAndGet(3000); // a step of ten seconds begins
        for (int i = 0; i < 99; i++) {
            streams("local", 10);
        }
        now.addAndGet(1000);
        streams("local", 1000);
        now.addAndGet(10_000);
        Series.Points<Double> points =
                traffic.gateway().whole(Series.Range.QUARTER, 10, span -> span.firstTokenMs(0.5));
        List<Double> known = points.points().stream().filter(Objects::nonNull).toList();
        assertEquals(1, known.size(), known.toString());
        assertTrue(known.get(0) > 8 && known.get(0) < 12, "99 of 100 came after 10 ms: " + known);
    }

    @Test
    void aLongStepKeepsItsPlaceAndValueWhileTimeGoesOnAndOneThatRunsIsNotTold() {
        streams("local", 10);
        Series.Points<Long> before = requests();
        assertEquals(0, before.from() % 10_000);
        assertEquals(10_000, before.stepMs());
        assertEquals(0, sum(before), "its step still goes on");
        now.addAndGet(3000);
        Series.Points<Long> over = requests();
        assertEquals(1, sum(over));
        assertEquals(1_000_000_000_000L, over.from() + over.points().indexOf(1L) * over.stepMs());
        now.addAndGet(4000);
        assertEquals(1_000_000_000_000L, requests().from() + requests().points().indexOf(1L) * 10_000);
        assertTrue(Stream.of(before, over, requests()).allMatch(points -> points.points().size() >= 89));
    }

    private Series.Points<Long> requests() {
        return traffic.gateway().whole(Series.Range.QUARTER, 10, span -> span.sum(Measure.REQUESTS));
    }

    private static long sum(Series.Points<Long> points) {
        return points.points().stream().mapToLong(Long::longValue).sum();
    }

    @Test
    void howADeploymentStandsIsKnownHoweverManyThereAre() {
        for (int i = 0; i < 150; i++) {
            streams("deployment-" + i, 10);
        }
        assertTrue(traffic.deployment("deployment-0").orElseThrow().series().isPresent());
        assertTrue(traffic.deployment("deployment-149").orElseThrow().series().isEmpty(), "its places are taken");
        assertEquals(now.get(), traffic.deployment("deployment-149").orElseThrow().lastAnswerAt());
    }
}
