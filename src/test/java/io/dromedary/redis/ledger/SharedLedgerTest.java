package io.dromedary.redis.ledger;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

/** The same contract as in memory, on a real Redis that is told the test's time; and what several gateways share. */
class SharedLedgerTest extends LedgerContract {

    private static final long CLOCK_MS = 5_000; // patience, and no figure
    private static final Limit RPM = Limit.perMinute("key:shop", "rpm", Unit.REQUESTS, 1_000);
    private static final Limit SLOTS = Limit.parallel("key:shop", "parallel", 2);

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
        return new SharedLedger(redis.link(), namespace, CLOCK_MS, this::now);
    }

    private SharedLedger gateway() {
        return new SharedLedger(redis.link(), namespace, CLOCK_MS);
    }

    @Test
    void severalGatewaysNeverGrantMoreThanThereIs() throws Exception {
        List<Ledger> gateways = List.of(fresh(), fresh(), fresh());
        AtomicInteger granted = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(9);
        for (int i = 0; i < 9; i++) {
            Ledger gateway = gateways.get(i % 3);
            threads.execute(() -> {
                for (int k = 0; k < 200; k++) {
                    granted.addAndGet(gateway.reserve(List.of(new Claim(RPM, 1)), 60_000).granted() ? 1 : 0);
                }
            });
        }
        threads.shutdown();
        assertTrue(threads.awaitTermination(2, TimeUnit.MINUTES));
        assertEquals(1_000, granted.get());
    }

    @Test
    void slotsOfAGatewayThatWasKilledComeBackAtTheirDeadline() {
        SharedLedger killed = gateway();
        SharedLedger other = gateway();
        List<Claim> claims = List.of(new Claim(SLOTS, 1));
        assertTrue(killed.reserve(claims, 4_000).granted());
        assertTrue(killed.reserve(claims, 600_000).granted());
        assertFalse(other.reserve(claims, 600_000).granted());
        await().atMost(Duration.ofSeconds(20)).until(() -> other.reserve(claims, 600_000).granted());
        assertFalse(other.reserve(claims, 600_000).granted());
    }

    @Test
    void whatIsKeptInRedisExpires() throws Exception {
        SharedLedger ledger = gateway();
        Decision decision = ledger.reserve(List.of(new Claim(RPM, 1), new Claim(SLOTS, 1)), 60_000);
        assertTrue(decision.granted());
        List<String> keys = redis.server().cli("--raw", "KEYS", namespace + "*").lines().toList();
        assertEquals(3, keys.size(), keys.toString());
        for (String key : keys) {
            assertTrue(key.startsWith(namespace + ":{key:shop}:"), key);
            long left = Long.parseLong(redis.server().cli("--raw", "PTTL", key));
            assertTrue(left > 0 && left <= 120_000, key + " " + left);
        }
    }

    @Test
    void aNameOfAnySignsIsKeptApart() {
        SharedLedger ledger = gateway();
        List<Limit> limits = new ArrayList<>();
        for (String account : List.of("key:}", "key:{a}", "key:%7d", "key:ä b\n")) {
            limits.add(Limit.parallel(account, "parallel", 1));
        }
        limits.forEach(limit -> assertTrue(ledger.reserve(List.of(new Claim(limit, 1)), 60_000).granted()));
        limits.forEach(limit -> assertEquals(1, ledger.used(limit)));
    }

    @Test
    void gatewaysKnowHowManyTheyAre() throws Exception {
        assertEquals(1, gateway().present(60_000).get(10, TimeUnit.SECONDS));
        SharedLedger second = gateway();
        assertEquals(2, second.present(60_000).get(10, TimeUnit.SECONDS));
        assertEquals(2, second.present(1).get(10, TimeUnit.SECONDS));
    }
}
