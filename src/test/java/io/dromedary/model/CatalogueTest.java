package io.dromedary.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;

/** Who is asked, in which order. */
class CatalogueTest {

    private static Deployment deployment(String group, String id, int order, long weight) {
        return new Deployment(id, id, group, "openai", "up", "openai/" + id, "http://x", UpstreamForm.OPENAI, null,
                OptionalLong.empty(),
                OptionalLong.empty(), Map.of(), Map.of(), Map.of(), List.of(), false, List.of(),
                new Deployment.Share(weight, 0, 0), order,
                OptionalInt.empty(), OptionalLong.empty(), 0, OptionalLong.empty(), Prices.NONE, Map.of(), "file:1");
    }

    private static String plan(Catalogue catalogue, String model) {
        return String.join(" ", catalogue.plan(model, deployments -> deployments).orElseThrow().stages().stream()
                .flatMap(stage -> stage.deployments().stream().map(deployment -> deployment.id() + stage.fallback()))
                .toList());
    }

    @Test
    void aPlanIsTheGroupThenItsFallbacksThenTheirsEachOnce() {
        List<Deployment> all =
                List.of(deployment("a", "a1", 0, 0), deployment("a", "a2", 0, 0), deployment("b", "b1", 0, 0),
                deployment("c", "c1", 0, 0));
        Catalogue catalogue = new Catalogue(all, Map.of(),
                new Fallbacks(Map.of("a", List.of("b"), "b", List.of("c", "a"), "c", List.of("a")), List.of(),
                Map.of(), Map.of(), 5));
        assertEquals("a10 a20 b11 c12", plan(catalogue, "a"));
        assertEquals("b10 c11 a12 a22", plan(catalogue, "b"));
    }

    @Test
    void defaultFallbacksAreForThoseWithoutAListOfTheirOwn() {
        List<Deployment> all =
                List.of(deployment("a", "a1", 0, 0), deployment("b", "b1", 0, 0), deployment("c", "c1", 0, 0));
        Catalogue catalogue = new Catalogue(all, Map.of(),
                new Fallbacks(Map.of("a", List.of("b"), "b", List.of()), List.of("c"), Map.of(), Map.of(), 5));
        assertEquals("a10 b11", plan(catalogue, "a"));
        assertEquals("c10", plan(catalogue, "c"));
        assertEquals(List.of("b"), catalogue.fallbacksOf("a"));
    }

    @Test
    void theListOfAWildcardIsForTheNamesThatItServes() {
        List<Deployment> all = List.of(deployment("claude-*", "any", 0, 0), deployment("claude-own", "own", 0, 0),
                deployment("a", "a1", 0, 0), deployment("b", "b1", 0, 0));
        Map<String, List<String>> lists = Map.of("claude-*", List.of("a"), "claude-own", List.of("b"));
        Catalogue catalogue = new Catalogue(all, Map.of(), new Fallbacks(lists, List.of("b"), lists, lists, 5));
        assertEquals("any0 a11 b12", plan(catalogue, "claude-opus"));
        assertEquals(List.of("b"), catalogue.fallbacksOf("claude-own"));
        assertEquals(List.of("a"), catalogue.contextWindowFallbacksOf("claude-opus"));
        assertEquals(List.of("b"), catalogue.contentPolicyFallbacksOf("claude-own"));
    }

    @Test
    void noMoreFallbacksAreAskedThanAllowed() {
        List<Deployment> all =
                List.of(deployment("a", "a1", 0, 0), deployment("b", "b1", 0, 0), deployment("c", "c1", 0, 0));
        Catalogue catalogue = new Catalogue(all, Map.of(),
                new Fallbacks(Map.of("a", List.of("b", "c")), List.of(), Map.of(), Map.of(), 1));
        assertEquals("a10 b11", plan(catalogue, "a"));
    }

    @Test
    void anAliasHasTheFallbacksOfItsGroup() {
        List<Deployment> all = List.of(deployment("a", "a1", 0, 0), deployment("b", "b1", 0, 0));
        Catalogue catalogue = new Catalogue(all, Map.of("alias", new Catalogue.Alias("a", false)),
                new Fallbacks(Map.of("a", List.of("b")), List.of(), Map.of(), Map.of(), 5));
        assertEquals("a10 b11", plan(catalogue, "alias"));
    }

    @Test
    void aLowerOrderIsAskedFirst() {
        List<Deployment> all = List.of(deployment("a", "second", 2, 0), deployment("a", "first", 1, 0));
        assertEquals("first0 second0", plan(new Catalogue(all, Map.of(), Fallbacks.NONE), "a"));
        List<Deployment> unset =
                List.of(deployment("a", "unset", Integer.MAX_VALUE, 0), deployment("a", "first", 1, 0));
        assertEquals("first0 unset0", plan(new Catalogue(unset, Map.of(), Fallbacks.NONE), "a"));
    }

    @Test
    void theMostSpecificPatternWins() {
        List<Deployment> all = List.of(deployment("*", "any", 0, 0), deployment("openai/*", "openai", 0, 0),
                deployment("openai/gpt-*", "gpt", 0, 0));
        Catalogue catalogue = new Catalogue(all, Map.of(), Fallbacks.NONE);
        assertEquals("gpt0", plan(catalogue, "openai/gpt-5"));
        assertEquals("openai0", plan(catalogue, "openai/o9"));
        assertEquals("any0", plan(catalogue, "claude"));
    }

    @Test
    void simpleShuffleFollowsTheWeights() {
        List<Deployment> pair = List.of(deployment("a", "heavy", 0, 9), deployment("a", "light", 0, 1));
        Map<String, Integer> firsts = new HashMap<>();
        for (int i = 0; i < 5000; i++) {
            List<Deployment> arranged = new io.dromedary.balance.SimpleShuffle().arrange(pair);
            assertEquals(2, arranged.size());
            firsts.merge(arranged.get(0).id(), 1, Integer::sum);
        }
        // 4500 expected, standard deviation 21: this fails once in far more runs than there will be.
        assertTrue(firsts.get("heavy") > 4300 && firsts.get("heavy") < 4700, firsts.toString());
    }
}
