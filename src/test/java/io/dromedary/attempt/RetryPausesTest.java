package io.dromedary.attempt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

/** How long is waited before the same deployment is asked again. */
class RetryPausesTest {

    private final RetryPauses pauses = new RetryPauses(500, 5000);

    private LongStream drawn(int number) {
        return LongStream.range(0, 1000).map(i -> pauses.before(number, OptionalLong.empty()).getAsLong());
    }

    @Test
    void aPauseDoublesUpToTheLongestAndARandomHalfOfItIsLeftOut() {
        for (int number = 0; number < 20; number++) {
            long full = Math.min(5000, 500L << Math.min(number, 10));
            assertTrue(drawn(number).allMatch(ms -> ms >= full / 2 && ms <= full), "retry " + number);
            assertTrue(drawn(number).distinct().count() > 50, "clients that failed together do not come back together");
        }
    }

    @Test
    void whatAnUpstreamSaysIsWaitedForUnlessItIsTooLong() {
        assertEquals(OptionalLong.of(5000), pauses.before(3, OptionalLong.of(5)));
        assertEquals(OptionalLong.of(0), pauses.before(3, OptionalLong.of(0)));
        assertEquals(OptionalLong.empty(), pauses.before(0, OptionalLong.of(6)));
    }
}
