package io.dromedary.redis.ledger;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import io.dromedary.harness.RedisServer;
import io.dromedary.ledger.Claim;
import io.dromedary.ledger.Decision;
import io.dromedary.ledger.Limit;
import io.dromedary.ledger.Limit.Unit;
import io.dromedary.model.RedisAddress;
import io.dromedary.redis.CooldownHints;
import io.dromedary.redis.RedisAway;
import io.dromedary.redis.RedisLink;

/** The ledger on a cluster of three nodes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisClusterTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ACCOUNTS = 30;

    private final List<RedisServer> nodes = new ArrayList<>();
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    private RedisLink link;
    private final Set<String> hints = ConcurrentHashMap.newKeySet();

    @BeforeAll
    void start() throws Exception {
        RedisServer.require();
        List<String> create = new ArrayList<>(List.of("--cluster", "create"));
        for (int i = 0; i < 3; i++) {
            nodes.add(RedisServer.start("--cluster-enabled", "yes"));
            create.add(nodes.get(i).host());
        }
        create.addAll(List.of("--cluster-replicas", "0", "--cluster-yes"));
        nodes.get(0).cli(create.toArray(String[]::new));
        await().atMost(PATIENCE).until(() -> nodes.stream().allMatch(RedisClusterTest::isWhole));
        link = new RedisLink(new RedisAddress(List.of(nodes.get(0).host(), nodes.get(1).host()), true, 0,
                Optional.empty(), Optional.empty(), false, Optional.empty()));
        new CooldownHints(link, "c", (deployment, seconds) -> hints.add(deployment + " " + seconds));
        link.start(vertx, 2);
        await().atMost(PATIENCE).until(link::isUp);
    }

    private static boolean isWhole(RedisServer node) {
        try {
            return node.cli("CLUSTER", "INFO").contains("cluster_state:ok");
        } catch (Exception e) {
            return false;
        }
    }

    @AfterAll
    void close() {
        if (link != null) {
            link.close();
        }
        vertx.close();
        nodes.forEach(RedisServer::close);
    }

    /** A machine that is full answers three probes late, and Redis counts as away for a second. */
    private static <T> T whileUp(Callable<T> call) {
        return await().atMost(PATIENCE).ignoreException(RedisAway.class).until(call, answer -> true);
    }

    @Test
    void limitsOfAnAccountAreOnOneNodeAndAccountsOnAll() throws Exception {
        SharedLedger one = new SharedLedger(link, "c", 5_000);
        SharedLedger other = new SharedLedger(link, "c", 5_000);
        Limit all = Limit.parallel("gateway", "parallel", 1_000);
        for (int i = 0; i < ACCOUNTS; i++) {
            Limit rpm = Limit.perMinute("key:" + i, "rpm", Unit.REQUESTS, 10);
            Limit tpm = Limit.perMinute("key:" + i, "tpm", Unit.TOKENS, 1_000);
            SharedLedger gateway = i % 2 == 0 ? one : other;
            Decision decision = whileUp(() -> gateway.reserve(List.of(new Claim(rpm, 1), new Claim(tpm, 900),
                    new Claim(all, 1)), 60_000));
            assertTrue(decision.granted());
            assertFalse(whileUp(() -> other.reserve(List.of(new Claim(rpm, 1), new Claim(tpm, 900)), 60_000))
                    .granted());
            one.settle(decision, new long[] {1, 10, 0});
            assertTrue(whileUp(() -> other.used(tpm)) <= 10);
        }
        assertEquals(0, whileUp(() -> one.used(all)));
        for (RedisServer node : nodes) {
            assertTrue(Integer.parseInt(node.cli("--raw", "DBSIZE")) > 0, "each node has some");
        }
    }

    @Test
    void hintsGoThroughACluster() {
        Set<String> heard = ConcurrentHashMap.newKeySet();
        RedisLink second = new RedisLink(new RedisAddress(List.of(nodes.get(2).host()), true, 0, Optional.empty(),
                Optional.empty(), false, Optional.empty()));
        try {
            CooldownHints other = new CooldownHints(second, "c", (deployment, seconds) -> heard.add(deployment));
            second.start(vertx, 1);
            await().atMost(PATIENCE).until(() -> {
                other.tell("a deployment", 30);
                return hints.contains("a deployment 30");
            });
            assertTrue(heard.isEmpty(), "nobody is told what it has said itself");
        } finally {
            second.close();
        }
    }
}
