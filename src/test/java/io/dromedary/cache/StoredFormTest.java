package io.dromedary.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An answer as it is kept outside of the process. */
class StoredFormTest {

    private static final int LONGEST = 1_000_000;

    private static CachedAnswer answer(int bytes) {
        byte[] body = new byte[bytes];
        new Random(bytes).nextBytes(body);
        Arrays.fill(body, 0, bytes / 2, (byte) 'x');
        return new CachedAnswer(body, "text/event-stream; charset=utf-8", 1_795_901_151_151L);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1023, 1024, 1025, 20_000, LONGEST})
    void anAnswerComesBackAsItWas(int bytes) {
        CachedAnswer answer = answer(bytes);
        CachedAnswer read = StoredForm.read(StoredForm.of(answer), LONGEST).orElseThrow();
        assertArrayEquals(answer.body(), read.body());
        assertEquals(answer.type(), read.type());
        assertEquals(answer.storedAt(), read.storedAt());
    }

    @Test
    void aLongAnswerIsCompressed() {
        CachedAnswer answer =
                new CachedAnswer("the same again. ".repeat(1000).getBytes(StandardCharsets.US_ASCII), "a/b", 0);
        assertTrue(StoredForm.of(answer).length < 1000, "bytes: " + StoredForm.of(answer).length);
    }

    @Test
    void anAnswerThatIsTooLongIsNotRead() {
        assertTrue(StoredForm.read(StoredForm.of(answer(2000)), 1999).isEmpty());
    }

    @Test
    void whatSomebodyElseHasWrittenIsNoAnswerOrOneOfTheLengthThatItSays() {
        Random random = new Random(4711);
        byte[] stored = StoredForm.of(answer(3000));
        for (int i = 0; i < 20_000; i++) {
            byte[] broken = Arrays.copyOf(stored, 1 + random.nextInt(stored.length));
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            }
            StoredForm.read(broken, LONGEST).ifPresent(read -> assertTrue(read.body().length <= LONGEST));
        }
        assertTrue(StoredForm.read(new byte[0], LONGEST).isEmpty());
        assertTrue(StoredForm.read("{\"timestamp\": 1, \"response\": \"{}\"}".getBytes(StandardCharsets.US_ASCII),
                LONGEST).isEmpty());
    }
}
