package io.dromedary.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.dromedary.model.Deployment;
import io.dromedary.model.Prices;
import io.dromedary.model.UpstreamForm;
import io.dromedary.request.AffinityKey;

/** Which deployment a session is kept with. */
class RendezvousTest {

    private static final int SESSIONS = 1000;

    private final Loads loads = new Loads();
    private final Set<Deployment> leftAlone = new HashSet<>();
    private final Rendezvous rendezvous = new Rendezvous(loads, leftAlone::contains);

    private static Deployment deployment(String id, long weight, int order) {
        return new Deployment(id, id, "group", "openai", "up", "openai/" + id, "http://x", UpstreamForm.OPENAI, null,
                OptionalLong.empty(),
                OptionalLong.empty(), Map.of(), Map.of(), Map.of(), List.of(), false, List.of(),
                new Deployment.Share(weight, 0, 0), order,
                OptionalInt.empty(), OptionalLong.empty(), 0, OptionalLong.empty(),
                Prices.NONE, Map.of(), "file:1");
    }

    private static List<Deployment> deployments(int count) {
        return IntStream.range(0, count).mapToObj(i -> deployment("server-" + i, 0, 0)).toList();
    }

    private static long key(int session) {
        return AffinityKey.ofSession("master", "session-" + session).hash();
    }

    private Deployment chosen(List<Deployment> deployments, long key) {
        return rendezvous.first(deployments, deployments, key).get(0);
    }

    private Map<String, Integer> shares(List<Deployment> deployments) {
        Map<String, Integer> shares = new HashMap<>();
        for (int session = 0; session < SESSIONS; session++) {
            shares.merge(chosen(deployments, key(session)).id(), 1, Integer::sum);
        }
        return shares;
    }

    @Test
    void eachHasItsShareOfAThousandSessionsWithinATenth() {
        for (int count : new int[] {2, 3, 4}) {
            Map<String, Integer> shares = shares(deployments(count));
            assertEquals(count, shares.size());
            double even = (double) SESSIONS / count;
            shares.values().forEach(share -> assertTrue(Math.abs(share - even) <= even / 10, shares.toString()));
        }
    }

    @Test
    void aWeightIsAShareToo() {
        Map<String, Integer> shares = shares(List.of(deployment("large", 3, 0), deployment("small", 1, 0)));
        assertTrue(Math.abs(shares.get("large") - 750) <= 75, shares.toString());
        assertTrue(shares(List.of(deployment("all", 1, 0), deployment("nothing", 0, 0))).equals(Map.of("all", 1000)));
    }

    @Test
    void theOrderInWhichTheyStandSaysNothing() {
        List<Deployment> one = deployments(5);
        List<Deployment> other = new ArrayList<>(one);
        Collections.reverse(other);
        Rendezvous ofAnotherGateway = new Rendezvous(new Loads(), deployment -> false);
        for (int session = 0; session < SESSIONS; session++) {
            assertSame(chosen(one, key(session)), ofAnotherGateway.first(other, one, key(session)).get(0));
        }
    }

    @Test
    void whereOneGoesOnlyItsOwnSessionsMove() {
        List<Deployment> all = deployments(4);
        List<Deployment> left = all.subList(0, 3);
        for (int session = 0; session < SESSIONS; session++) {
            Deployment before = chosen(all, key(session));
            if (before != all.get(3)) {
                assertSame(before, chosen(left, key(session)));
            }
        }
    }

    @Test
    void oneThatIsLeftAloneHasNoneUntilItIsBack() {
        List<Deployment> all = deployments(2);
        Deployment home = chosen(all, key(1));
        leftAlone.add(home);
        assertNotEquals(home, chosen(all, key(1)));
        leftAlone.clear();
        assertEquals(home, chosen(all, key(1)));
        leftAlone.addAll(all);
        assertEquals(all, rendezvous.first(all, all, key(1)), "nobody is left to be chosen");
    }

    @Test
    void onlyTheFirstOneMovesAndALowerOrderIsAskedFirst() {
        List<Deployment> all = List.of(deployment("a", 0, 1), deployment("b", 0, 1), deployment("c", 0, 1),
                deployment("backup", 0, 2));
        for (int session = 0; session < 100; session++) {
            List<Deployment> arranged = rendezvous.first(all, all, key(session));
            List<Deployment> others = new ArrayList<>(all);
            others.remove(arranged.get(0));
            assertEquals(others, arranged.subList(1, 4));
            assertNotEquals("backup", arranged.get(0).id());
        }
        leftAlone.addAll(all.subList(0, 3));
        assertEquals("backup", chosen(all, key(1)).id());
    }

    @Test
    void aDeploymentHasAQuarterMoreThanItsShareOfWhatIsInFlightAtMost() {
        List<Deployment> all = deployments(4);
        Map<String, Integer> inFlight = new HashMap<>();
        for (int request = 1; request <= 100; request++) {
            Deployment asked = chosen(all, key(7));
            loads.of(asked).begins();
            inFlight.merge(asked.id(), 1, Integer::sum);
            int most = (int) Math.ceil(1.25 * request / 4);
            assertTrue(inFlight.get(asked.id()) <= most, inFlight + " of " + request);
        }
        assertEquals(32, inFlight.values().stream().mapToInt(count -> count).max().orElseThrow(), "its own keeps more");
    }
}
