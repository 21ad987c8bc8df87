package io.dromedary.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import io.dromedary.model.Deployment;
import io.dromedary.model.Prices;
import io.dromedary.model.RoutingStrategy;
import io.dromedary.model.UpstreamForm;

/** How each strategy shares requests out. */
class RoutingStrategiesTest {

    private final Loads loads = new Loads();

    private static Deployment deployment(String id, long rpm, long tpm, double cost) {
        return new Deployment(id, id, "group", "openai", "up", "openai/" + id, "http://x", UpstreamForm.OPENAI, null,
                OptionalLong.empty(),
                OptionalLong.empty(), Map.of(), Map.of(), Map.of(), List.of(), false, List.of(),
                new Deployment.Share(0, rpm, tpm), 0,
                OptionalInt.empty(), OptionalLong.empty(), 0, OptionalLong.empty(),
                Prices.perToken(BigDecimal.valueOf(cost), null), Map.of(), "file:1");
    }

    private static Map<String, Integer> firsts(RoutingStrategy strategy, List<Deployment> deployments, int times) {
        Map<String, Integer> firsts = new HashMap<>();
        for (int i = 0; i < times; i++) {
            firsts.merge(strategy.arrange(deployments).get(0).id(), 1, Integer::sum);
        }
        return firsts;
    }

    private static void assertShared(Map<String, Integer> firsts, int times) {
        firsts.values().forEach(
                count -> assertTrue(Math.abs(count - times / firsts.size()) < times / 8, firsts.toString()));
    }

    @Test
    void leastBusyAsksThoseWithTheFewestInFlightAndEqualsShare() {
        List<Deployment> all = List.of(deployment("a", 0, 0, 0), deployment("b", 0, 0, 0), deployment("c", 0, 0, 0));
        RoutingStrategy strategy = RoutingStrategies.named("least-busy", loads);
        loads.of(all.get(0)).begins();
        Map<String, Integer> firsts = firsts(strategy, all, 2000);
        assertFalse(firsts.containsKey("a"));
        assertEquals(2, firsts.size());
        assertShared(firsts, 2000);
        loads.of(all.get(0)).ends();
        assertShared(firsts(strategy, all, 3000), 3000);
        assertEquals(3, strategy.arrange(all).size());
    }

    @Test
    void latencyAsksTheQuickestAndTriesThoseItDoesNotKnow() {
        List<Deployment> all =
                List.of(deployment("slow", 0, 0, 0), deployment("quick", 0, 0, 0), deployment("new", 0, 0, 0));
        RoutingStrategy strategy = RoutingStrategies.named("latency-based-routing", loads);
        loads.of(all.get(0)).answeredAfter(900);
        loads.of(all.get(1)).answeredAfter(100);
        assertEquals("new", strategy.arrange(all).get(0).id());
        loads.of(all.get(2)).answeredAfter(500);
        assertEquals(List.of("quick", "new", "slow"), strategy.arrange(all).stream().map(Deployment::id).toList());
        for (int i = 0; i < 20; i++) {
            loads.of(all.get(1)).answeredAfter(5000);
        }
        assertEquals("new", strategy.arrange(all).get(0).id(), "a mean follows what happens now");
    }

    @Test
    void usageAsksThoseWithTheFewestTokens() {
        List<Deployment> all = List.of(deployment("a", 2, 0, 0), deployment("b", 0, 100, 0));
        RoutingStrategy strategy = RoutingStrategies.named("usage-based-routing-v2", loads);
        loads.of(all.get(0)).used(50);
        assertEquals("b", strategy.arrange(all).get(0).id());
        loads.of(all.get(1)).used(60);
        assertEquals("a", strategy.arrange(all).get(0).id());
    }

    @Test
    void costAsksTheCheapestAndEqualsShare() {
        List<Deployment> all = List.of(deployment("dear", 0, 0, 3e-6), deployment("cheap", 0, 0, 1e-6),
                deployment("cheap2", 0, 0, 1e-6));
        Map<String, Integer> firsts = firsts(RoutingStrategies.named("cost-based-routing", loads), all, 2000);
        assertFalse(firsts.containsKey("dear"));
        assertShared(firsts, 2000);
    }

    @Test
    void aMinutesCountsBeginAnew() {
        AtomicLong clock = new AtomicLong(59_000_000_000L);
        DeploymentLoad load = new DeploymentLoad(clock::get);
        load.begins();
        load.used(10);
        assertEquals(1, load.requestsThisMinute());
        assertEquals(10, load.tokensThisMinute());
        clock.set(60_000_000_000L);
        assertEquals(0, load.requestsThisMinute());
        assertEquals(0, load.tokensThisMinute());
    }

    @Test
    void placesAreTakenAndGivenBack() throws InterruptedException {
        DeploymentLoad load = new DeploymentLoad(System::nanoTime);
        assertNotNull(load.takeSlot(0), "without a limit there is always one");
        load.limit(1);
        Runnable place = load.takeSlot(0);
        assertNotNull(place);
        assertNull(load.takeSlot(0));
        place.run();
        assertNotNull(load.takeSlot(0));
    }

    @Test
    void simpleShuffleFollowsRpmElseTpmElseNothing() {
        RoutingStrategy strategy = RoutingStrategies.named("simple-shuffle", loads);
        Map<String, Integer> byRpm =
                firsts(strategy, List.of(deployment("a", 9, 1, 0), deployment("b", 1, 9, 0)), 5000);
        assertTrue(byRpm.get("a") > 4300 && byRpm.get("a") < 4700, "4500 expected, standard deviation 21: " + byRpm);
        Map<String, Integer> byTpm =
                firsts(strategy, List.of(deployment("a", 0, 1000, 0), deployment("b", 0, 9000, 0)), 5000);
        assertTrue(byTpm.get("b") > 4300 && byTpm.get("b") < 4700, byTpm.toString());
        assertShared(firsts(strategy, List.of(deployment("a", 0, 0, 0), deployment("b", 0, 0, 0)), 5000), 5000);
    }
}
