package io.dromedary.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the scan says, Jackson says too; what Jackson refuses, the scan leaves to it. */
class ObjectScanTest {

    private static final Set<String> TEXTS = Set.of("model", "stream", "n");
    private static final PartTypes TYPES = PartTypes.of(List.of("image_url", "input_audio", "file"));
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
        "{\"stream\":false,\"tools\":[{\"function\":{\"parameters\":{\"a\\\"b\":{\"enum\":[null,true,false]}}}}]}"})
    void takesWhatRequestsAreMadeOf(String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertNotNull(ObjectScan.read(bytes, TEXTS, TYPES));
        assertSame(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"a\":[{\"c\":[{\"type\":\"image_url\"},{\"type\":\"text\"},{\"b\":1,\"type\" : \"input_audio\"}]}]}",
        "{\"a\":[{\"c\":[{\"type\":\"file\"}]},{\"c\":{\"type\":\"image_url\"}}],\"b\":[{\"c\":[7,\"type\"]}]}"})
    void findsTheTypesOfParts(String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        ObjectFields scanned = ObjectScan.read(bytes, TEXTS, TYPES);
        assertEquals(json.contains("text") ? Set.of("image_url", "input_audio") : Set.of("file"),
                scanned.all().get(0).items().types());
        assertSame(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"a\":[{\"type\":\"image_url\"}]}", "{\"a\":{\"b\":{\"c\":[{\"type\":\"image_url\"}]}}}",
        "{\"a\":[{\"c\":[{\"d\":{\"type\":\"image_url\"}}]}]}", "{\"a\":[{\"c\":{\"type\":\"image_url\"}}]}",
        "{\"a\":[{\"c\":[{\"type\":{\"image_url\":1}},{\"kind\":\"image_url\"}]}]}",
        "{\"a\":[{\"c\":[{\"type\":\"image_urls\"},{\"types\":\"image_url\"}]}]}"})
    void takesNothingElseForTheTypeOfAPart(String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertEquals(Set.of(), ObjectScan.read(bytes, TEXTS, TYPES).all().get(0).items().types());
        assertSame(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":[{\"c\":[{\"type\":\"image\\u005furl\"}]}]}",
        "{\"a\":[{\"c\":[{\"t\\u0079pe\":\"image_url\"}]}]}"})
    void leavesTypesWithEscapesToJackson(String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertNull(ObjectScan.read(bytes, TEXTS, TYPES));
        assertEquals(Set.of("image_url"), ObjectFields.read(bytes, TEXTS, TYPES).all().get(0).items().types());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", " ", "[]", "\"a\"", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\":1 \"b\":2}", "{\"a\":1}{",
                "{\"a\":01}", "{\"a\":1.}",
        "{\"a\":.5}", "{\"a\":+1}", "{\"a\":-}", "{\"a\":1e}", "{\"a\":tru}", "{\"a\":truely}", "{\"a\":[1,]}",
        "{\"a\":[1 2]}", "{\"a\":[}",
        "{\"a\":\"\n\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12g4\"}", "{\"a\":\"\\", "{\"a\":\"b", "{'a':1}", "{a:1}",
        "{\"a\":NaN}", "{}\u0000", "{\"a\":1}/**/"})
    void leavesWhatIsNoObjectToJackson(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertNull(ObjectScan.read(bytes, TEXTS, TYPES));
        assertThrows(IOException.class, () -> ObjectFields.read(bytes, TEXTS, TYPES));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uFEFF{}", "{\"mod\\u0065l\":\"a\"}", "{\"model\":\"a\\nb\"}", "{\"a\":1,\"a\":2}"})
    void leavesWhatIsRareToJackson(String json) {
        assertNull(ObjectScan.read(json.getBytes(StandardCharsets.UTF_8), TEXTS, TYPES));
    }

    @Test
    void leavesDeepNestingAndLongNamesAndNumbersToJackson() throws IOException {
        for (String value : new String[] {"[".repeat(200) + "]".repeat(200), "{\"" + "n".repeat(2000) + "\":1}",
                "1".repeat(200)}) {
            byte[] bytes = ("{\"a\":" + value + "}").getBytes(StandardCharsets.UTF_8);
            assertNull(ObjectScan.read(bytes, TEXTS, TYPES));
            assertEquals(1, ObjectFields.read(bytes, TEXTS, TYPES).all().size());
        }
    }

    @Test
    void leavesWhatIsNoUtf8ToJackson() {
        int[][] broken = {{0x80}, {0xC0, 0x80}, {0xC1, 0xBF}, {0xC3}, {0xC3, 0x28}, {0xE0, 0x9F, 0x80}, {0xE2, 0x82},
                {0xED, 0xA0, 0x80},
            {0xF0, 0x8F, 0x80, 0x80}, {0xF0, 0x9F, 0x92}, {0xF4, 0x90, 0x80, 0x80}, {0xF5, 0x80, 0x80, 0x80}, {0xFF}};
        for (int[] character : broken) {
            StringBuilder json = new StringBuilder("{\"a\":\"12345678");
            for (int b : character) {
                json.append((char) b);
            }
            byte[] bytes = json.append("\"}").toString().getBytes(StandardCharsets.ISO_8859_1);
            assertNull(ObjectScan.read(bytes, TEXTS, TYPES), json.toString());
        }
    }

    @Test
    void findsAStringsEndWhereverItStandsAmongEightBytes() throws IOException {
        for (int length = 0; length < 40; length++) {
            for (String end : new String[] {"", "\\\"", "é", "\\u0041"}) {
                byte[] bytes = ("{\"a\":\"" + "x".repeat(length) + end + "\",\"n\":3}")
                        .getBytes(StandardCharsets.UTF_8);
                assertNotNull(ObjectScan.read(bytes, TEXTS, TYPES));
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
                    if (ObjectScan.read(bytes, TEXTS, TYPES) != null) {
                        assertSame(bytes);
                    } else {
                        boolean special = value < 0x20 || value == '"' || value == '\\' || value > 0x7F
                                || neighbour < 0x20
                                || neighbour == '"' || neighbour == '\\' || neighbour > 0x7F;
                        assertTrue(special, "refused for " + value + ", " + neighbour + " at " + offset);
                    }
                }
            }
        }
    }

    @Test
    void saysNothingElseThanJacksonOfWhateverAMutationMakes() throws IOException {
        byte[] seed = ("{\"model\":\"qwen\",\"n\":12,\"stream\":true,\"temperature\":-0.7e+1,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"H\\u00e9 é模"
                + "\uD83D\uDC2A \\n\"},{\"content\":[{\"type\":\"image_url\"}]}],\"stop\":null}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] bytes = "\"\\{}[]:,0123456789-+.eEtrufalsn \n\u00e9\u0001".getBytes(StandardCharsets.UTF_8);
        Random random = new Random(42);
        int taken = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated = seed.clone();
            for (int changes = random.nextInt(3); changes >= 0; changes--) {
                mutated[random.nextInt(mutated.length)] = random.nextInt(4) == 0 ? (byte) random.nextInt(256)
                        : bytes[random.nextInt(bytes.length)];
            }
            if (ObjectScan.read(mutated, TEXTS, TYPES) != null) {
                assertSame(mutated);
                taken++;
            }
        }
        assertTrue(taken > MUTATIONS / 10, taken + " mutations were still objects");
    }

    private static void assertSame(byte[] json) throws IOException {
        ObjectFields scanned = ObjectScan.read(json, TEXTS, TYPES);
        ObjectFields parsed = ObjectFields.parse(json, TEXTS, TYPES);
        assertEquals(parsed.all(), scanned.all(), () -> new String(json, StandardCharsets.UTF_8));
        assertEquals(parsed.open(), scanned.open());
    }
}
