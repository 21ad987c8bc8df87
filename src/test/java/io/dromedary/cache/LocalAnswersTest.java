package io.dromedary.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** The bounds of what is kept in memory, and what a key is made of beside the body. */
class LocalAnswersTest {

    private static CachedAnswer answer(int bytes) {
        return new CachedAnswer(new byte[bytes], "application/json", 0);
    }

    private static Optional<CachedAnswer> get(AnswerCache cache, String key) {
        return cache.get(key).toCompletableFuture().join();
    }

    private static void fill(AnswerCache cache, int count, int bytes) {
        for (int i = 0; i < count; i++) {
            cache.put("key " + i, answer(bytes), 60_000);
        }
    }

    @Test
    void answersTakeNoMoreBytesThanTheyMay() {
        LocalAnswers cache = new LocalAnswers(1_000_000, 1_000_000);
        fill(cache, 1000, 10_000);
        assertTrue(cache.bytes() <= 1_000_000 && cache.bytes() > 500_000, "bytes: " + cache.bytes());
        cache.put("large", answer(2_000_000), 60_000);
        assertTrue(cache.bytes() <= 1_000_000, "bytes: " + cache.bytes());
        assertTrue(get(cache, "large").isEmpty());
    }

    @Test
    void thereAreNoMoreAnswersThanThereMayBe() {
        LocalAnswers cache = new LocalAnswers(100_000_000, 50);
        fill(cache, 1000, 10);
        assertTrue(cache.entries() <= 50 && cache.entries() > 20, "entries: " + cache.entries());
        cache.close();
        assertEquals(0, cache.entries());
    }

    @Test
    void anAnswerThatIsRemovedIsGone() {
        LocalAnswers cache = new LocalAnswers(1_000_000, 50);
        cache.put("a", answer(3), 60_000);
        assertArrayEquals(new byte[3], get(cache, "a").orElseThrow().body());
        cache.remove("a");
        assertFalse(get(cache, "a").isPresent());
    }

    private static Optional<String> key(String body, String... scope) {
        return new CacheKeys().of(body.getBytes(StandardCharsets.UTF_8), List.of(), List.of(scope));
    }

    @Test
    void noTwoOwnersModelsOrOperationsHaveAKeyInCommon() {
        Optional<String> key = key("{\"a\":1}", "chat", "model", "", "alice");
        assertEquals(key, key(" { \"a\" : 1 } ", "chat", "model", "", "alice"));
        assertNotEquals(key, key("{\"a\":1}", "chat", "model", "", "bob"));
        assertNotEquals(key, key("{\"a\":1}", "chat", "model", "a", "lice"));
        assertNotEquals(key, key("{\"a\":1}", "cha", "tmodel", "", "alice"));
        assertNotEquals(key, key("{\"a\":1}", "completion", "model", "", "alice"));
    }

    @Test
    void noTwoBodiesThatDifferInWhatTheyHoldHaveAKeyInCommon() {
        List<String> bodies = Stream.of("{}", "{'a':[]}", "{'a':{}}", "{'a':[[]]}", "{'a':[{}]}", "{'a':[1,2]}",
                "{'a':[12]}", "{'a':[1],'b':2}", "{'a':[1,[2]]}", "{'a':[[1],2]}", "{'a':'1'}", "{'a':1}",
                "{'a':1.0}", "{'a':1e0}", "{'a':null}", "{'a':'null'}", "{'a':['b','c']}", "{'a':['b,c']}",
                "{'a':{'user':1}}", "{'a':{'user':2}}", "{'a':{'b':1,'b':2}}", "{'a':{'b':2,'b':1}}")
                .map(body -> body.replace('\'', '"')).toList();
        assertEquals(bodies.size(), bodies.stream().map(LocalAnswersTest::key).distinct().count());
    }

    @Test
    void aBodyWithTooManyFieldsIsNotLookedFor() {
        String many = "{\"a\":[" + "{\"b\":1},".repeat(CanonicalDigest.MOST_FIELDS) + "1]}";
        assertTrue(key(many).isEmpty());
        assertTrue(key("{\"a\":[" + "1,".repeat(100_000) + "1]}").isPresent());
        assertTrue(key("{\"a\":" + "[".repeat(900) + "]".repeat(900) + "}").isPresent());
        assertTrue(key("[1]").isEmpty());
    }
}
