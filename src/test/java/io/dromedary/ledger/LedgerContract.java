package io.dromedary.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.ledger.Limit.Unit;

/** What each ledger does, at times that the test sets. */
public abstract class LedgerContract {

    private static final long MIDNIGHT = 1_772_323_200_000_000L; // 1 March 2026, a Sunday, in microseconds
    private static final String SHOP = "key:shop";
    private static final Limit RPM = Limit.perMinute(SHOP, "rpm", Unit.REQUESTS, 60);
    private static final Limit TPM = Limit.perMinute(SHOP, "tpm", Unit.TOKENS, 6_000);
    private static final Limit PARALLEL = Limit.parallel(SHOP, "parallel", 2);
    private static final Limit DAILY = new Limit(SHOP, "budget", Unit.SPEND, 1_000,
            new Window("1d", TimeUnit.DAYS.toMillis(1)));

    private long now = MIDNIGHT;
    private Ledger ledger;

    /** A ledger without any use, whose time is {@link #now()}. */
    protected abstract Ledger fresh();

    /** The test's time, in microseconds since 1970. */
    protected final long now() {
        return now;
    }

    private Ledger ledger() {
        ledger = ledger == null ? fresh() : ledger;
        return ledger;
    }

    private void after(double seconds) {
        now += (long) (seconds * 1_000_000);
    }

    private Decision reserve(Limit limit, long cost) {
        return ledger().reserve(List.of(new Claim(limit, cost)), TimeUnit.DAYS.toMillis(2));
    }

    private int grantedOf(int times, Limit limit, long cost) {
        int granted = 0;
        for (int i = 0; i < times; i++) {
            granted += reserve(limit, cost).granted() ? 1 : 0;
        }
        return granted;
    }

    @Test
    void aFullBucketGrantsItsAmountAndThenWhatItFillsBy() {
        assertEquals(60, grantedOf(100, RPM, 1));
        after(10);
        assertEquals(10, grantedOf(100, RPM, 1));
    }

    @Test
    void aRefusalTellsWhenItCanBeGranted() {
        grantedOf(60, RPM, 1);
        Standing refusal = reserve(RPM, 1).refusal().orElseThrow();
        assertEquals(new Standing(RPM, 0, 60_000, 1_000), refusal);
        after(0.999);
        assertFalse(reserve(RPM, 1).granted());
        after(0.001);
        assertTrue(reserve(RPM, 1).granted());
    }

    @Test
    void aGrantTellsWhatIsLeftAndWhenAllOfItIsBack() {
        assertEquals(List.of(new Standing(RPM, 59, 1_000, 0)), reserve(RPM, 1).standing());
    }

    @Test
    void nothingIsReservedOfAnyLimitWhereOneRefuses() {
        grantedOf(2, PARALLEL, 1);
        Decision refused = ledger().reserve(List.of(new Claim(RPM, 1), new Claim(TPM, 100), new Claim(PARALLEL, 1)),
                60_000);
        assertFalse(refused.granted());
        assertEquals(PARALLEL, refused.refusal().orElseThrow().limit());
        assertEquals(0, ledger().used(RPM));
        assertEquals(0, ledger().used(TPM));
    }

    @Test
    void whatIsUsedTakesThePlaceOfWhatWasReserved() {
        Decision decision = reserve(TPM, 5_000);
        ledger().settle(decision, new long[] {1_000});
        assertEquals(1_000, ledger().used(TPM));
        ledger().settle(decision, new long[] {3_000});
        assertEquals(1_000, ledger().used(TPM));
    }

    @Test
    void whatHasFilledUpMeanwhileIsNotGivenBackASecondTime() {
        Decision slow = reserve(TPM, 6_000);
        after(61);
        assertTrue(reserve(TPM, 6_000).granted());
        ledger().settle(slow, new long[] {10});
        assertEquals(6_000, ledger().used(TPM));
    }

    @Test
    void noMoreIsGivenBackThanHasBeenInUseAllTheTime() {
        Decision slow = reserve(TPM, 6_000);
        after(30);
        assertTrue(reserve(TPM, 3_000).granted());
        ledger().settle(slow, new long[] {10});
        assertEquals(3_000, ledger().used(TPM), "the first 3,000 have filled up before");
    }

    @Test
    void whatOneHasGivenBackIsNotGivenBackByAnother() {
        Decision first = reserve(TPM, 3_000);
        assertTrue(reserve(TPM, 3_000).granted());
        after(30);
        Decision second = reserve(TPM, 3_000);
        after(30);
        assertTrue(reserve(TPM, 3_000).granted());
        ledger().settle(first, new long[] {0});
        assertEquals(3_000, ledger().used(TPM));
        ledger().settle(second, new long[] {0});
        assertEquals(3_000, ledger().used(TPM), "without both, nothing would have been in use when the last came");
    }

    /** A request that has used less leaves the bucket as if it had never reserved more; a little less, never more. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void lateSettlementsLeaveWhatWouldBeThereHadTheyBeenKnown(long seed) {
        Random random = new Random(seed);
        List<double[]> exact = new ArrayList<>(); // time in s, what was really used
        Map<Decision, double[]> open = new LinkedHashMap<>();
        double time = 0;
        for (int i = 0; i < 300; i++) {
            double pause = random.nextInt(4_000) / 1_000.0;
            after(pause);
            time += pause;
            long cost = 200 + random.nextInt(1_500);
            Decision decision = reserve(TPM, cost);
            if (decision.granted()) {
                double[] use = {time, cost};
                exact.add(use);
                open.put(decision, use);
            }
            if (!open.isEmpty() && random.nextInt(3) > 0) {
                List<Decision> some = new ArrayList<>(open.keySet());
                Decision ended = some.get(random.nextInt(some.size()));
                long used = random.nextInt(300);
                if (used < ended.claims().get(0).cost()) {
                    open.remove(ended)[1] = used;
                    ledger().settle(ended, new long[] {used});
                }
            }
            double wanted = inUse(exact, time);
            long inUse = ledger().used(TPM);
            assertTrue(inUse >= Math.floor(wanted), "step " + i + ": " + inUse + " of " + wanted);
            assertTrue(inUse <= wanted + 6_000 / 4.0, "step " + i + ": " + inUse + " of " + wanted);
        }
    }

    private static double inUse(List<double[]> uses, double time) {
        double used = 0;
        double at = 0;
        for (double[] use : uses) {
            used = Math.max(0, used - (use[0] - at) * 100) + use[1];
            at = use[0];
        }
        return Math.max(0, used - (time - at) * 100);
    }

    @Test
    void whatIsUsedBeyondTheAmountMakesTheNextWait() {
        ledger().settle(reserve(TPM, 100), new long[] {9_000});
        assertEquals(31_000, reserve(TPM, 100).refusal().orElseThrow().waitMs());
        after(31);
        assertTrue(reserve(TPM, 100).granted());
    }

    @Test
    void aClaimOfMoreThanAllOfItNeedsAFullBucket() {
        Decision large = reserve(TPM, 10_000);
        assertTrue(large.granted());
        assertEquals(100_000, reserve(TPM, 10_000).refusal().orElseThrow().waitMs());
        after(100);
        assertTrue(reserve(TPM, 10_000).granted());
    }

    @Test
    void whatIsHeldIsGivenBackOnce() {
        Decision one = reserve(PARALLEL, 1);
        Decision other = reserve(PARALLEL, 1);
        assertEquals(1_000, reserve(PARALLEL, 1).refusal().orElseThrow().waitMs());
        ledger().settle(one, new long[] {0});
        ledger().settle(one, new long[] {0});
        assertEquals(1, ledger().used(PARALLEL));
        assertEquals(1, grantedOf(2, PARALLEL, 1));
        ledger().settle(other, new long[] {0});
    }

    @Test
    void aBudgetGrantsUntilItIsSpentAndBeginsAnewWithItsWindow() {
        after(TimeUnit.HOURS.toSeconds(20));
        ledger().settle(reserve(DAILY, 400), new long[] {999});
        ledger().settle(reserve(DAILY, 400), new long[] {30});
        Standing refusal = reserve(DAILY, 0).refusal().orElseThrow();
        assertEquals(TimeUnit.HOURS.toMillis(4), refusal.waitMs());
        assertEquals(-29, refusal.remaining(), "spent beyond it");
        after(TimeUnit.HOURS.toSeconds(4));
        assertEquals(0, ledger().used(DAILY));
        assertTrue(reserve(DAILY, 400).granted());
    }

    @Test
    void whatIsSettledInAnotherWindowThanItWasReservedInCountsWhole() {
        Decision before = reserve(DAILY, 400);
        after(TimeUnit.DAYS.toSeconds(1));
        ledger().settle(before, new long[] {300});
        assertEquals(300, ledger().used(DAILY));
    }

    @Test
    void aBudgetThatRunningRequestsHaveReservedIsNotSpent() {
        Decision large = reserve(DAILY, 1_000);
        Standing refusal = reserve(DAILY, 10).refusal().orElseThrow();
        assertEquals(new Standing(DAILY, 0, TimeUnit.DAYS.toMillis(1), 1_000, 1_000), refusal);
        assertFalse(refusal.isSpent());
        ledger().settle(large, new long[] {300});
        assertTrue(reserve(DAILY, 10).granted());
        ledger().settle(reserve(DAILY, 0), new long[] {700});
        assertTrue(reserve(DAILY, 10).refusal().orElseThrow().isSpent());
    }

    @Test
    void whatNobodyHasSettledInTimeIsFreeAgainWhereItWasHeldAndElseUsed() {
        Decision forgotten = ledger().reserve(List.of(new Claim(PARALLEL, 2), new Claim(DAILY, 1_000)), 60_000);
        after(59.999);
        assertEquals(2, ledger().used(PARALLEL));
        assertFalse(reserve(DAILY, 10).refusal().orElseThrow().isSpent());
        after(0.001);
        assertEquals(0, ledger().used(PARALLEL));
        assertEquals(2, grantedOf(3, PARALLEL, 1));
        assertTrue(reserve(DAILY, 10).refusal().orElseThrow().isSpent());
        ledger().settle(forgotten, new long[] {0, 0});
        assertEquals(2, ledger().used(PARALLEL));
        assertEquals(1_000, ledger().used(DAILY));
    }

    @Test
    void aBudgetWithoutDurationNeverBeginsAnew() {
        Limit forever = new Limit(SHOP, "budget", Unit.SPEND, 1_000, Window.FOREVER);
        ledger().settle(reserve(forever, 0), new long[] {1_000});
        after(TimeUnit.DAYS.toSeconds(400));
        assertEquals(-1, reserve(forever, 0).refusal().orElseThrow().waitMs());
    }

    @Test
    void aChangedAmountForgetsNothing() {
        grantedOf(50, RPM, 1);
        Limit smaller = Limit.perMinute(SHOP, "rpm", Unit.REQUESTS, 51);
        assertEquals(1, grantedOf(10, smaller, 1));
        assertEquals(9, grantedOf(100, RPM, 1));
    }

    @Test
    void accountsAreApart() {
        grantedOf(60, RPM, 1);
        assertTrue(reserve(Limit.perMinute("key:other", "rpm", Unit.REQUESTS, 60), 1).granted());
    }

    @Test
    void severalAccountsAreReservedTogether() {
        Limit proxy = Limit.parallel("gateway", "parallel", 1);
        Decision both = ledger().reserve(List.of(new Claim(RPM, 1), new Claim(proxy, 1)), 60_000);
        assertTrue(both.granted());
        assertEquals(proxy, ledger().reserve(List.of(new Claim(RPM, 1), new Claim(proxy, 1)),
                60_000).refusal().orElseThrow().limit());
        assertEquals(1, ledger().used(RPM));
    }
}
