package io.dromedary.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the walk finds in an object, Jackson finds too; what the one refuses, the other does. */
class JsonWalkTest {

    private static final int MUTATIONS = 300_000;

    @ParameterizedTest
    @ValueSource(strings = {
        "{}", " {\n}\t",
                "{\"model\":\"qwen\",\"stream\":true,\"n\":2,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}",
        "{ \"messages\" : [ ] , \"n\" : null }", "{\"messages\":[{},7,{}]}", "{\"a\":[[1],[{}]],\"b\":{\"c\":[]}}",
        "{\"n\":0,\"a\":-0.5,\"b\":1e9,\"c\":-12.5E-7,\"d\":1E+2}",
        "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\"}",
        "{\"model\":\"größte-模型-\uD83D\uDC2A\",\"\u00fc\":\"\u007f\u0080\u07ff\u0800\uffff\uD800\uDC00\uDBFF\uDFFF\"}",
        "{\"n\":-0,\"a\":1E400,\"b\":0e5}",
        " { \"n\" : 12 , \"model\" : \"a\" ,\n\"messages\" : [ { } , 1 ] , \"a\" : { } } ",
        "\uFEFF{}", "{\"mod\\u0065l\":\"a\"}", "{\"model\":\"a\\nb\"}",
        "{\"stream\":false,\"tools\":[{\"function\":{\"parameters\":{\"a\\\"b\":{\"enum\":[null,true,false]}}}}]}"})
    void takesWhatRequestsAreMadeOf(String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertTrue(takes(bytes));
        assertSame(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", " ", "[]", "\"a\"", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\":1 \"b\":2}", "{\"a\":1}{",
                "{\"a\":01}", "{\"a\":1.}",
        "{\"a\":.5}", "{\"a\":+1}", "{\"a\":-}", "{\"a\":1e}", "{\"a\":tru}", "{\"a\":truely}", "{\"a\":[1,]}",
        "{\"a\":[1 2]}", "{\"a\":[}",
        "{\"a\":\"\n\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12g4\"}", "{\"a\":\"\\", "{\"a\":\"b", "{'a':1}", "{a:1}",
        "{\"a\":NaN}", "{}\u0000", "{\"a\":1}/**/", "{\"a\":1,\"a\":2}"})
    void refusesWhatIsNoObject(String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertFalse(takes(bytes));
        assertSame(bytes);
    }

    @Test
    void boundsNestingNamesAndNumbersAsJacksonDoes() throws IOException {
        for (int more : new int[] {0, 1}) {
            for (String value : new String[] {"[".repeat(999 + more) + "]".repeat(999 + more),
                    "[{\"a\":".repeat(499) + "[".repeat(1 + more) + "]".repeat(1 + more) + "}]".repeat(499),
                    "{\"" + "n".repeat(49_998 + 3 * more) + "\":1}", "1".repeat(1000 + more)}) {
                byte[] bytes = ("{\"a\":" + value + "}").getBytes(StandardCharsets.UTF_8);
                assertEquals(more == 0, takes(bytes), value.substring(0, 3));
                if (more == 0) {
                    assertSame(bytes);
                } else {
                    assertThrows(BeyondLimit.class, () -> ObjectFields.read(bytes));
                }
            }
        }
    }

    @Test
    void aClientsFieldsAreCountedAndTheirNamesMeasured() throws IOException {
        assertEquals(2, ObjectFields.read(utf8("{\"a\":1,\"b\":2}"), 2).count());
        assertEquals("it has more than 1 fields", assertThrows(BeyondLimit.class,
                () -> ObjectFields.read(utf8("{\"a\":1,\"b\":2}"), 1)).getMessage());
        assertEquals(1, ObjectFields.read(utf8("{\"" + "n".repeat(512) + "\":1}"), 1).count());
        assertThrows(BeyondLimit.class, () -> ObjectFields.read(utf8("{\"" + "n".repeat(513) + "\":1}"), 1));
    }

    @Test
    void whatIsPickedIsFoundUnderAnyEscapeAndAmongAnythingElse() throws IOException {
        byte[] json = utf8("{\"mode\":1,\"\\u006d\\u006f\\u0064\\u0065\\u006c\":"
                + "\"a\\u00e9\\n\uD83D\uDC2A\",\"models\":2,\"größe\":3}");
        ObjectFields fields = ObjectFields.pick(json, "model", "größe", "n");
        assertEquals(4, fields.count());
        assertEquals("a\u00e9\n\uD83D\uDC2A", fields.text(fields.find("model").orElseThrow()).orElseThrow());
        assertEquals("3", fields.text(fields.find("größe").orElseThrow()).orElseThrow());
        assertTrue(fields.find("n").isEmpty());
        assertThrows(IllegalArgumentException.class, () -> fields.find("mode"));
        assertThrows(ObjectFields.NotAnObject.class, () -> ObjectFields.pick(utf8("{\"a\":1,\"\\u0061\":2}"), "a"));
    }

    @Test
    void aTextsBeginningEndsBetweenTwoCharacters() throws IOException {
        JsonWalk walk = JsonWalk.over(utf8("\"a\\n\\u00e9ü\uD83D\uDC2A.\""));
        walk.next();
        List<String> beginnings = IntStream.range(0, 20).mapToObj(walk::beginning).distinct().toList();
        assertEquals(List.of("", "a", "a\n", "a\n\u00e9", "a\n\u00e9ü", "a\n\u00e9ü\uD83D\uDC2A",
                "a\n\u00e9ü\uD83D\uDC2A."), beginnings);
    }

    @Test
    void whatIsWrongIsToldByItsPlace() {
        BadJson bad = assertThrows(BadJson.class, () -> ObjectFields.read(utf8("{\"a\":1,\n \"b\":?}")));
        assertEquals(2, bad.line());
        assertEquals(6, bad.column());
    }

    @Test
    void onlyAnAnswerHoldsWhatIsNoNumber() throws IOException {
        byte[] json = utf8("{\"a\":[NaN,-Infinity,Infinity,-1],\"b\":2}");
        assertEquals(1, ObjectFields.pickOfAnswer(json, "b").all().size());
        assertThrows(BadJson.class, () -> ObjectFields.pick(json, "b"));
    }

    @Test
    void noNameIsTakenForOneThatWasSeenBefore() throws IOException {
        // Jackson's parser of bytes pads names with 0xFF: it would take the second one for the first.
        byte[] broken = "{\"mo-d\u00ffel\":1}".getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(1, Json.tree(utf8("{\"mo-del\":1}")).path("mo-del").asInt());
        assertThrows(IOException.class, () -> Json.tree(broken));
        assertThrows(IOException.class, () -> ObjectFields.read(broken));
    }

    @Test
    void refusesWhatIsNoUtf8() {
        int[][] broken = {{0x80}, {0xC0, 0x80}, {0xC1, 0xBF}, {0xC3}, {0xC3, 0x28}, {0xE0, 0x9F, 0x80}, {0xE2, 0x82},
                {0xED, 0xA0, 0x80},
            {0xF0, 0x8F, 0x80, 0x80}, {0xF0, 0x9F, 0x92}, {0xF4, 0x90, 0x80, 0x80}, {0xF5, 0x80, 0x80, 0x80}, {0xFF}};
        for (int[] character : broken) {
            StringBuilder json = new StringBuilder("{\"a\":\"12345678");
            for (int b : character) {
                json.append((char) b);
            }
            assertFalse(takes(json.append("\"}").toString().getBytes(StandardCharsets.ISO_8859_1)), json.toString());
        }
    }

    @Test
    void findsAStringsEndWhereverItStandsAmongEightBytes() throws IOException {
        for (int length = 0; length < 40; length++) {
            for (String end : new String[] {"", "\\\"", "é", "\\u0041"}) {
                byte[] bytes = ("{\"a\":\"" + "x".repeat(length) + end + "\",\"n\":3}")
                        .getBytes(StandardCharsets.UTF_8);
                assertTrue(takes(bytes));
                assertSame(bytes);
            }
        }
    }

    @Test
    void judgesEachByteAtEachPlaceAndBehindEachOther() throws IOException {
        int[] neighbours = {'!', '"', '#', '[', '\\', ']', ' ', 0x1F, 0x02, 0x00, 0x7F, 0x80, 0xC3, 0xFF};
        for (int offset = 0; offset < 40; offset++) {
            for (int value = 0; value < 256; value++) {
                for (int neighbour : neighbours) {
                    byte[] bytes = ("{\"a\":\"" + "x".repeat(40) + "\",\"n\":3}").getBytes(StandardCharsets.US_ASCII);
                    bytes[6 + offset] = (byte) value;
                    bytes[7 + offset] = offset == 39 ? bytes[7 + offset] : (byte) neighbour;
                    assertSame(bytes);
                }
            }
        }
    }

    @Test
    void saysNothingElseThanJacksonOfWhateverAMutationMakes() throws IOException {
        byte[] seed = ("{\"model\":\"qwen\",\"n\":12,\"stream\":true,\"temperature\":-0.7e+1,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"H\\u00e9 é模"
                + "\uD83D\uDC2A \\n\"},{}],\"stop\":null}").getBytes(StandardCharsets.UTF_8);
        byte[] bytes = "\"\\{}[]:,0123456789-+.eEtrufalsn \n\u00e9\u0001".getBytes(StandardCharsets.UTF_8);
        Random random = new Random(42);
        int taken = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated = seed.clone();
            for (int changes = random.nextInt(3); changes >= 0; changes--) {
                mutated[random.nextInt(mutated.length)] = random.nextInt(4) == 0 ? (byte) random.nextInt(256)
                        : bytes[random.nextInt(bytes.length)];
            }
            assertSame(mutated);
            taken += takes(mutated) ? 1 : 0;
        }
        assertTrue(taken > MUTATIONS / 10, taken + " mutations were still objects");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean takes(byte[] json) {
        try {
            ObjectFields.read(json);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void assertSame(byte[] json) throws IOException {
        if (takes(json)) {
            ObjectFields walked = ObjectFields.read(json);
            assertEquals(JacksonFields.of(json), List.copyOf(walked.all()),
                    () -> new String(json, StandardCharsets.UTF_8));
        } else if (isUtf8(json)) {
            assertThrows(IOException.class, () -> JacksonFields.of(json),
                    () -> new String(json, StandardCharsets.UTF_8));
        }
    }

    /** Jackson takes longer forms of characters than there may be, and halves of pairs. */
    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
