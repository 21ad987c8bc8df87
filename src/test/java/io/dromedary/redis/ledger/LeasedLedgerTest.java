package io.dromedary.redis.ledger;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.dromedary.ledger.Claim;
import io.dromedary.ledger.Decision;
import io.dromedary.ledger.Ledger;
import io.dromedary.ledger.LedgerContract;
import io.dromedary.ledger.Limit;
import io.dromedary.ledger.Limit.Unit;
import io.dromedary.ledger.Standing;
import io.dromedary.ledger.Window;

/** The same contract with leases, and what several gateways grant from theirs. */
class LeasedLedgerTest extends LedgerContract {

    private static final long CLOCK_MS = 5_000; // patience, and no figure
    private static final long LEASE_MS = 400;
    private static final long LONGEST_MS = 600_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Limit WIDE = Limit.perMinute("key:shop", "rpm", Unit.REQUESTS, 1_000_000);
    private static final Limit TOKENS = Limit.perMinute("key:shop", "tpm", Unit.TOKENS, 100_000_000);
    private static final Limit PLACES = Limit.parallel("key:shop", "parallel", 1_000);
    private static final Limit BUDGET = new Limit("key:shop", "budget", Unit.SPEND, 1_000_000_000, Window.FOREVER);
    private static final Limit OF_ALL = Limit.perMinute("gateway", "rpm", Unit.REQUESTS, 2_000_000);

    private static ConnectedRedis redis;

    private final String namespace = UUID.randomUUID().toString();

    @BeforeAll
    static void start() throws Exception {
        redis = ConnectedRedis.start();
    }

    @AfterAll
    static void close() {
        if (redis != null) {
            redis.close();
        }
    }

    @Override
    protected Ledger fresh() {
        return new LeasedLedger(new SharedLedger(redis.link(), namespace, CLOCK_MS, this::now), LEASE_MS, () -> 1,
                redis.link()::after, seen -> { });
    }

    private LeasedLedger gateway(int of) {
        return gateway(of, LEASE_MS);
    }

    private LeasedLedger gateway(int of, long leaseMs) {
        return new LeasedLedger(new SharedLedger(redis.link(), namespace, CLOCK_MS), leaseMs, () -> of,
                redis.link()::after, seen -> { });
    }

    /** What is used by what Redis says itself, leases included. */
    private long inRedis(Limit limit) {
        return new SharedLedger(redis.link(), namespace, CLOCK_MS).used(limit);
    }

    private static List<Claim> claims() {
        return List.of(new Claim(WIDE, 1), new Claim(TOKENS, 100), new Claim(PLACES, 1), new Claim(BUDGET, 1_000));
    }

    private static List<Decision> untilLeased(Ledger ledger, List<Claim> claims) {
        List<Decision> decisions = new ArrayList<>();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(2)).until(() -> {
            Decision decision = ledger.reserve(claims, LONGEST_MS);
            assertTrue(decision.granted());
            decisions.add(decision);
            return LeasedLedger.hasGranted(decision);
        });
        return decisions;
    }

    @Test
    void aBusyAccountIsGrantedFromALeaseAndWhatItHasUsedIsExactAfterwards() {
        Ledger ledger = gateway(1);
        List<Decision> decisions = untilLeased(ledger, claims());
        for (int i = 0; i < 300; i++) {
            decisions.add(ledger.reserve(claims(), LONGEST_MS));
        }
        assertTrue(decisions.stream().filter(LeasedLedger::hasGranted).count() > 200);
        decisions.forEach(decision -> ledger.settle(decision, new long[] {1, 60, 1, 700}));
        await().atMost(PATIENCE).until(() -> inRedis(PLACES) == 0);
        await().atMost(PATIENCE).until(() -> inRedis(BUDGET) == 700L * decisions.size());
        decisions.forEach(decision -> ledger.settle(decision, new long[] {1, 60, 1, 700}));
        assertEquals(700L * decisions.size(), ledger.used(BUDGET), "each is settled once");
        assertEquals(0, ledger.used(PLACES));
    }

    @Test
    void requestsThatOutliveTheirLeaseAreHeldUntilTheyEnd() {
        Ledger ledger = gateway(1);
        List<Decision> decisions = untilLeased(ledger, claims());
        for (int i = 0; i < 20; i++) {
            decisions.add(ledger.reserve(claims(), LONGEST_MS));
        }
        int all = decisions.size();
        await().atMost(PATIENCE).until(() -> inRedis(PLACES) == all);
        assertEquals(1_000L * all, inRedis(BUDGET));
        for (int i = 0; i < all; i++) {
            ledger.settle(decisions.get(i), new long[] {1, 60, 1, 1_500});
            int left = all - i - 1;
            if (i % 5 == 0) {
                await().atMost(PATIENCE).until(() -> inRedis(PLACES) == left);
            }
        }
        await().atMost(PATIENCE).until(() -> inRedis(PLACES) == 0);
        await().atMost(PATIENCE).until(() -> inRedis(BUDGET) == 1_500L * all);
    }

    @Test
    void aLeaseThatNobodyUsesIsGivenBack() {
        Ledger ledger = gateway(1);
        List<Decision> decisions = untilLeased(ledger, claims());
        assertTrue(inRedis(PLACES) > decisions.size());
        decisions.forEach(decision -> ledger.settle(decision, new long[] {0, 0, 0, 0}));
        await().atMost(PATIENCE).until(() -> inRedis(PLACES) == 0);
        await().atMost(PATIENCE).until(() -> inRedis(BUDGET) == 0);
        assertEquals(0, inRedis(TOKENS));
    }

    @Test
    void claimsOfSeveralAccountsAreGrantedFromTheLeasesOfAll() {
        Ledger ledger = gateway(1);
        List<Claim> both = List.of(new Claim(WIDE, 1), new Claim(OF_ALL, 1), new Claim(BUDGET, 1_000));
        List<Decision> decisions = untilLeased(ledger, both);
        Decision last = decisions.get(decisions.size() - 1);
        assertEquals(both.stream().map(Claim::limit).toList(), last.standing().stream().map(each -> each.limit())
                .toList());
        decisions.forEach(decision -> ledger.settle(decision, new long[] {1, 1, 10}));
        await().atMost(PATIENCE).until(() -> inRedis(BUDGET) == 10L * decisions.size());
    }

    @Test
    void requestsForSeveralModelsOfOneKeyShareALease() {
        Ledger ledger = gateway(1);
        Limit one = Limit.perMinute("key:shop", "rpm:one", Unit.REQUESTS, 1_000_000);
        Limit other = Limit.perMinute("key:shop", "rpm:other", Unit.REQUESTS, 1_000_000);
        List<List<Claim>> claims = List.of(List.of(new Claim(WIDE, 1), new Claim(one, 1)),
                List.of(new Claim(WIDE, 1), new Claim(other, 1)));
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(2)).until(() -> claims.stream()
                .map(each -> ledger.reserve(each, LONGEST_MS)).filter(LeasedLedger::hasGranted).count() == 2);
    }

    @Test
    void whatIsLeftIsToldAsIfEachRequestHadBeenDecidedInRedis() {
        // So long that none follows it: what Redis decides while it is asked for one is not in what that tells.
        Ledger ledger = gateway(1, PATIENCE.toMillis());
        List<Claim> claims = List.of(new Claim(PLACES, 1), new Claim(BUDGET, 1_000));
        List<Decision> decisions = untilLeased(ledger, claims);
        List<Standing> first = decisions.get(decisions.size() - 1).standing();
        assertEquals(1_000 - decisions.size(), first.get(0).remaining(), decisions.size());
        assertEquals(1_000_000_000 - 1_000L * decisions.size(), first.get(1).remaining(), 1_000L * decisions.size());
        for (int i = 1; i <= 6; i++) {
            Decision decision = ledger.reserve(claims, LONGEST_MS);
            decisions.add(decision);
            assertTrue(LeasedLedger.hasGranted(decision));
            assertEquals(first.get(0).remaining() - i, decision.standing().get(0).remaining());
            assertEquals(first.get(1).remaining() - 1_000L * i, decision.standing().get(1).remaining());
            assertEquals(0, decision.standing().get(1).spent());
        }
        ledger.settle(decisions.get(decisions.size() - 1), new long[] {1, 250});
        assertEquals(250, ledger.reserve(claims, LONGEST_MS).standing().get(1).spent());
    }

    @Test
    void oneLeaseAfterAnotherTellsTheSame() {
        Ledger ledger = gateway(1);
        List<Claim> claims = List.of(new Claim(BUDGET, 1_000));
        List<Decision> decisions = untilLeased(ledger, claims);
        int first = decisions.size();
        // So slow that half of a lease is free when the next one comes, and for the time of several.
        await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10)).until(() -> {
            decisions.add(ledger.reserve(claims, LONGEST_MS));
            return decisions.size() > first + 100;
        });
        assertTrue(decisions.stream().skip(first).filter(LeasedLedger::hasGranted).count() > 50);
        for (int i = first; i < decisions.size(); i++) {
            if (LeasedLedger.hasGranted(decisions.get(i))) {
                // A request that Redis has decided while it was asked for a lease is not in what that tells.
                assertEquals(1_000_000_000 - 1_000L * (i + 1), decisions.get(i).standing().get(0).remaining(), 10_000);
            }
        }
    }

    @Test
    void aLimitThatIsUsedUpLeavesTheLeasesOfOthersAlone() {
        Ledger ledger = gateway(1);
        Limit narrow = Limit.perMinute("key:other", "rpm", Unit.REQUESTS, 1);
        List<Claim> refused = List.of(new Claim(narrow, 1), new Claim(OF_ALL, 1));
        assertTrue(ledger.reserve(refused, LONGEST_MS).granted());
        untilLeased(ledger, List.of(new Claim(OF_ALL, 1)));
        assertFalse(ledger.reserve(refused, LONGEST_MS).granted());
        assertTrue(LeasedLedger.hasGranted(ledger.reserve(List.of(new Claim(OF_ALL, 1)), LONGEST_MS)));
    }

    @Test
    void attemptsThatReserveNothingOfABudgetAreLeasedUntilItIsNearlySpent() {
        Ledger ledger = gateway(1);
        List<Claim> claims = List.of(new Claim(BUDGET, 0));
        int all = 0;
        for (int leased = 0; leased < 50; all++) {
            Decision decision = ledger.reserve(claims, LONGEST_MS);
            assertTrue(decision.granted());
            leased += LeasedLedger.hasGranted(decision) ? 1 : 0;
            ledger.settle(decision, new long[] {1_000});
            assertTrue(all < 100_000, "leased " + leased);
        }
        int attempts = all;
        await().atMost(PATIENCE).until(() -> inRedis(BUDGET) == 1_000L * attempts);
        Limit nearly = new Limit("key:poor", "budget", Unit.SPEND, 1_000_000, Window.FOREVER);
        ledger.settle(ledger.reserve(List.of(new Claim(nearly, 0)), LONGEST_MS), new long[] {995_000});
        for (int i = 0; i < 50; i++) {
            assertFalse(LeasedLedger.hasGranted(ledger.reserve(List.of(new Claim(nearly, 0)), LONGEST_MS)));
        }
    }

    @Test
    void aLeaseIsNotGrantedBeyondABudget() throws Exception {
        Limit small = new Limit("key:shop", "budget", Unit.SPEND, 1_000, Window.FOREVER);
        SharedLedger direct = new SharedLedger(redis.link(), namespace, CLOCK_MS);
        assertTrue(direct.reserve(List.of(new Claim(small, 900)), LONGEST_MS).granted());
        assertFalse(direct.lease(List.of(new Claim(small, 101)), LONGEST_MS).get(10, TimeUnit.SECONDS).granted());
        assertTrue(direct.lease(List.of(new Claim(small, 100)), LONGEST_MS).get(10, TimeUnit.SECONDS).granted());
    }

    @Test
    void whatIsSpentNeverSeemsLessWhenANewLeaseBegins() {
        Ledger ledger = gateway(1);
        List<Claim> claims = List.of(new Claim(BUDGET, 1_000));
        untilLeased(ledger, claims).forEach(decision -> ledger.settle(decision, new long[] {1_000}));
        List<Long> spent = new ArrayList<>();
        await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10)).until(() -> {
            Decision decision = ledger.reserve(claims, LONGEST_MS);
            if (LeasedLedger.hasGranted(decision)) {
                spent.add(decision.standing().get(0).spent());
            }
            ledger.settle(decision, new long[] {1_000});
            return spent.size() > 120;
        });
        for (int i = 1; i < spent.size(); i++) {
            assertTrue(spent.get(i) >= spent.get(i - 1), spent.subList(0, i + 1).toString());
        }
    }

    @Test
    void aReloadThatChangesALimitAsksForTheNewOneAlone() {
        Ledger ledger = gateway(1);
        Limit more = new Limit("key:shop", "budget", Unit.SPEND, 2_000_000_000, Window.FOREVER);
        List<Decision> decisions = untilLeased(ledger, List.of(new Claim(BUDGET, 1_000)));
        decisions.addAll(untilLeased(ledger, List.of(new Claim(more, 1_000))));
        decisions.forEach(decision -> ledger.settle(decision, new long[] {400}));
        await().atMost(PATIENCE).until(() -> inRedis(more) == 400L * decisions.size());
    }

    @Test
    void nothingOfALeaseStaysOpenInRedisAndWhatDoesExpires() throws Exception {
        Ledger ledger = gateway(1);
        List<Decision> decisions = untilLeased(ledger, claims());
        String open = namespace + ":{key:shop}:open";
        // Parts of leases that are over are told one after the other.
        await().atMost(PATIENCE).until(() -> inRedis(PLACES) == decisions.size());
        long left = Long.parseLong(redis.server().cli("--raw", "PTTL", open).strip());
        assertTrue(left > 0 && left <= 2 * LONGEST_MS, "expires in " + left);
        decisions.forEach(decision -> ledger.settle(decision, new long[] {1, 100, 1, 1_000}));
        await().atMost(PATIENCE).until(() -> redis.server().cli("--raw", "ZCARD", open).strip().equals("0"));
    }

    @Test
    void severalGatewaysNeverGrantMoreThanThereIsAndAllOfIt() throws Exception {
        Limit sum = new Limit("key:shop", "budget", Unit.SPEND, 20_000, Window.FOREVER);
        List<LeasedLedger> gateways = List.of(gateway(3), gateway(3), gateway(3));
        AtomicInteger granted = new AtomicInteger();
        AtomicInteger leased = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(9);
        for (int i = 0; i < 9; i++) {
            Ledger gateway = gateways.get(i % 3);
            Random random = new Random(i);
            threads.execute(() -> {
                for (int k = 0; k < 1_500; k++) {
                    Decision decision = gateway.reserve(List.of(new Claim(sum, 4)), LONGEST_MS);
                    int used = random.nextInt(5);
                    if (decision.granted()) {
                        granted.addAndGet(used);
                        leased.addAndGet(LeasedLedger.hasGranted(decision) ? 1 : 0);
                        gateway.settle(decision, new long[] {used});
                    }
                }
            });
        }
        threads.shutdown();
        assertTrue(threads.awaitTermination(2, TimeUnit.MINUTES));
        assertTrue(leased.get() > 500, "from leases " + leased);
        gateways.forEach(LeasedLedger::close);
        await().atMost(PATIENCE).until(() -> inRedis(sum) == granted.get());
        // What is reserved of a sum may go beyond it once, by less than a request's cost.
        assertTrue(granted.get() <= 20_003, "granted " + granted);
        int more = 0;
        for (int i = 0; i < 20_000 && gateways.get(i % 3).reserve(List.of(new Claim(sum, 1)), LONGEST_MS).granted();
                i++) {
            more++;
        }
        assertTrue(granted.get() + more >= 20_000 && granted.get() + more <= 20_003, granted + " and " + more);
    }

    @Test
    void anAccountThatIsNearlyUsedUpIsDecidedInRedis() {
        Limit narrow = Limit.parallel("key:shop", "parallel", 8);
        Ledger ledger = gateway(3);
        for (int i = 0; i < 8; i++) {
            assertFalse(LeasedLedger.hasGranted(ledger.reserve(List.of(new Claim(narrow, 1)), LONGEST_MS)));
        }
        assertFalse(ledger.reserve(List.of(new Claim(narrow, 1)), LONGEST_MS).granted());
    }
}
