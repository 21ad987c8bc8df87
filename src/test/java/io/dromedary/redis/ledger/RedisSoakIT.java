package io.dromedary.redis.ledger;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.dromedary.harness.RedisServer;
import io.dromedary.ledger.Claim;
import io.dromedary.ledger.Decision;
import io.dromedary.ledger.Limit;
import io.dromedary.ledger.Limit.Unit;
import io.dromedary.ledger.Window;
import io.dromedary.model.RedisAddress;
import io.dromedary.redis.RedisLink;

/**
 * Three gateways that ask for more than their common limits grant, for as long as {@code soak.redis.seconds} says (15),
 * while Redis is well, frozen, or killed and started again. What was seen is printed.
 */
@Tag("long")
class RedisSoakIT {

    private static final int SECONDS = Integer.getInteger("soak.redis.seconds", 15);
    private static final int GATEWAYS = 3;
    private static final int CALLERS = 2;
    private static final int RPM = 600;
    private static final int TPM = 60_000;
    private static final int TOKENS = 80;
    private static final long LEASE_MS = 400;
    /** What a lease reserves at most of a sum, for the calls of twice its time. */
    private static final long MOST_OF_A_LEASE = 2 * LEASE_MS / 4 * CALLERS * 1_000;
    /** Ten times what a request may wait: a loaded machine stops threads for longer than Redis' clock. */
    private static final long SLOWEST_MS = 1_000;

    private final List<Vertx> machines = new ArrayList<>();
    private final List<RedisLink> links = new ArrayList<>();
    private final List<GuardedLedger> ledgers = new ArrayList<>();
    private final AtomicInteger granted = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger leased = new AtomicInteger();
    private List<Claim> claims = List.of(new Claim(Limit.perMinute("key:soak", "rpm", Unit.REQUESTS, RPM), 1),
            new Claim(Limit.perMinute("key:soak", "tpm", Unit.TOKENS, TPM), TOKENS));
    private long[] used = {1, TOKENS};
    private final AtomicLong slowest = new AtomicLong();
    private final AtomicInteger beyondClock = new AtomicInteger();
    private final List<AtomicBoolean> runs = new ArrayList<>();

    /** What is done to Redis meanwhile. */
    @FunctionalInterface
    private interface Harm {
        void at(int second) throws Exception;
    }

    private void gateways(RedisServer server) {
        for (int i = 0; i < GATEWAYS; i++) {
            Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
            RedisLink link = new RedisLink(new RedisAddress(List.of(server.host()), false, 0, Optional.empty(),
                    Optional.empty(), false, Optional.empty()));
            ledgers.add(new GuardedLedger(link, "soak", RedisLink.CLOCK_MS, LEASE_MS,
                    GuardedLedger.OnFailure.LOCAL));
            link.start(vertx, 1);
            machines.add(vertx);
            links.add(link);
            runs.add(new AtomicBoolean(true));
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> links.stream().allMatch(RedisLink::isUp)
                && ledgers.stream().allMatch(ledger -> ledger.gateways() == GATEWAYS));
    }

    private void call(int gateway) {
        while (runs.get(gateway).get()) {
            long begun = System.nanoTime();
            Decision decision = ledgers.get(gateway).reserve(claims, 60_000);
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
            slowest.accumulateAndGet(took, Math::max);
            beyondClock.addAndGet(took > RedisLink.LONGEST_CLOCK_MS ? 1 : 0);
            asked.incrementAndGet();
            if (decision.granted()) {
                granted.incrementAndGet();
                leased.addAndGet(LeasedLedger.hasGranted(decision) ? 1 : 0);
                ledgers.get(gateway).settle(decision, used);
            }
            LockSupport.parkNanos(4_000_000);
        }
    }

    private double soak(String name, RedisServer server, Harm harm) throws Exception {
        gateways(server);
        List<Thread> threads = new ArrayList<>();
        long begun = System.nanoTime();
        for (int i = 0; i < GATEWAYS * CALLERS; i++) {
            int gateway = i % GATEWAYS;
            Thread thread = new Thread(() -> call(gateway), "caller-" + i);
            thread.start();
            threads.add(thread);
        }
        for (int second = 1; second <= SECONDS; second++) {
            TimeUnit.SECONDS.sleep(1); // the length of the soak, not a wait for something
            harm.at(second);
        }
        runs.forEach(run -> run.set(false));
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        double possible = RPM + RPM / 60.0 * seconds;
        System.out.printf("%s: %.0f s, asked %d, granted %d (%d from leases) of %.1f possible (%.1f %%), "
                + "slowest %d ms, %d over 100 ms, outages %d, late %d, lost %d%n", name, seconds, asked.get(),
                granted.get(), leased.get(), possible, 100 * granted.get() / possible, slowest.get(),
                beyondClock.get(), links.get(1).status().outages(), links.get(1).status().late(),
                ledgers.get(1).lost());
        assertTrue(slowest.get() < SLOWEST_MS, "slowest " + slowest.get() + " ms");
        return possible;
    }

    private void close(RedisServer server) {
        ledgers.forEach(GuardedLedger::close);
        links.forEach(RedisLink::close);
        machines.forEach(Vertx::close);
        server.close();
    }

    private void isExactAgain() {
        await().atMost(Duration.ofSeconds(60)).until(() -> links.stream().allMatch(RedisLink::isUp));
        Limit fresh = Limit.perMinute("key:after", "rpm", Unit.REQUESTS, 100);
        int all = 0;
        long begun = System.nanoTime();
        for (int i = 0; i < 300; i++) {
            all += ledgers.get(i % GATEWAYS).reserve(List.of(new Claim(fresh, 1)), 60_000).granted() ? 1 : 0;
        }
        double filled = (System.nanoTime() - begun) / 1e9 * 100 / 60;
        assertTrue(all >= 100 && all <= 101 + filled, "granted " + all + " of 100 afterwards");
    }

    @Test
    void aGatewayThatIsKilledChangesNothingForTheOthers() throws Exception {
        RedisServer server = RedisServer.start();
        try {
            double possible = soak("one gateway killed", server, second -> {
                if (second == SECONDS / 2) {
                    runs.get(0).set(false);
                    links.get(0).close();
                }
            });
            // One that is closed in mid-call grants from its share.
            assertTrue(granted.get() <= possible + 5, granted + " of " + possible);
            assertTrue(granted.get() >= possible * 0.9, granted + " of " + possible);
        } finally {
            close(server);
        }
    }

    @Test
    void aFrozenRedisHoldsNobodyUp() throws Exception {
        RedisServer server = RedisServer.start();
        try {
            double possible = soak("frozen for 5 s", server, second -> {
                if (second == 5) {
                    server.freeze();
                } else if (second == 10) {
                    server.thaw();
                }
            });
            assertTrue(granted.get() <= possible + RPM, granted + " of " + possible);
            isExactAgain();
        } finally {
            close(server);
        }
    }

    @Test
    void aRedisThatIsKilledAndStartedEachTenSecondsIsFoundAgainEachTime() throws Exception {
        RedisServer server = RedisServer.start("--appendonly", "yes");
        try {
            double possible = soak("killed each 10 s", server, second -> {
                if (second % 10 == 5 && second + 3 <= SECONDS) { // not so late that nobody begins it again
                    server.kill();
                } else if (second % 10 == 8) {
                    server.begin();
                }
            });
            assertTrue(granted.get() <= possible + RPM, granted + " of " + possible);
            isExactAgain();
        } finally {
            close(server);
        }
    }

    /** Limits that are far from used up are granted from leases; what those have used must not get lost. */
    @Test
    void whatLeasesHaveUsedIsKnownToARedisThatIsKilledAndStartedEachTenSeconds() throws Exception {
        Limit budget = new Limit("key:busy", "budget", Unit.SPEND, 1_000_000_000_000L, Window.FOREVER);
        Limit places = Limit.parallel("key:busy", "parallel", 10_000);
        claims = List.of(new Claim(budget, 1_000), new Claim(places, 1));
        used = new long[] {700, 1};
        RedisServer server = RedisServer.start("--appendonly", "yes");
        try {
            soak("leases, killed each 10 s", server, second -> {
                if (second % 10 == 5 && second + 3 <= SECONDS) {
                    server.kill();
                } else if (second % 10 == 8) {
                    server.begin();
                }
            });
            isExactAgain();
            assertEquals(asked.get(), granted.get(), "nothing is refused");
            assertTrue(leased.get() > granted.get() / 4, leased + " of " + granted + " from leases");
            long spent = 700L * granted.get();
            // The last lease goes back first.
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                long known = ledgers.get(0).used(budget);
                // An answer that was lost with Redis may have been a grant: it stays reserved.
                long unknown = links.get(0).status().outages() * GATEWAYS * (CALLERS * 1_000L + MOST_OF_A_LEASE);
                assertTrue(known >= spent && known <= spent + unknown, known + " of " + spent);
            });
            System.out.printf("leases: known %d, spent %d%n", ledgers.get(0).used(budget), spent);
        } finally {
            close(server);
        }
    }
}
