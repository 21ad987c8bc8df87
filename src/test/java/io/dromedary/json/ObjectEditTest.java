package io.dromedary.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Edits of bytes mean the same as edits of the tree that the bytes stand for. */
class ObjectEditTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> VALUES =
            List.of("1", "-1.5e3", "\"t\"", "\"\\\"}{,\\u00e9 ä\"", "null", "true", "false", "[]",
            "[1, {\"a\":[2]}]", "{}", "{\"model\":\"inner\",\"b\":{\"c\":[]}}", "\"\"");
    private static final List<String> SPACES = List.of("", "", "", " ", "\n", " \t", "\r\n  ");

    private static final String[] EDITED = {"f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "new0", "new1", "new2",
        "new3", "new4"};

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @RepeatedTest(300)
    void anEditOfTheBytesIsAnEditOfTheTree(RepetitionInfo repetition) throws IOException {
        Random random = new Random(repetition.getCurrentRepetition());
        StringBuilder text = new StringBuilder(space(random)).append('{').append(space(random));
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ",").append(space(random)).append("\"f").append(i).append('"')
                    .append(space(random))
                    .append(':').append(space(random)).append(VALUES.get(random.nextInt(VALUES.size())))
                    .append(space(random));
        }
        byte[] json = utf8(text.append('}').append(space(random)).toString());
        ObjectNode expected = (ObjectNode) JSON.readTree(json);
        // Of what was picked only, an edit does the same.
        ObjectFields fields = repetition.getCurrentRepetition() % 2 == 0 ? ObjectFields.read(json)
                : ObjectFields.pick(json, EDITED);
        ObjectEdit edit = new ObjectEdit(json, fields);
        for (int i = 0; i < random.nextInt(6); i++) {
            String name = "f" + random.nextInt(8);
            String value = VALUES.get(random.nextInt(VALUES.size()));
            switch (random.nextInt(3)) {
                case 0 -> {
                    edit.set(name, utf8(value));
                    expected.set(name, JSON.readTree(value));
                }
                case 1 -> {
                    edit.remove(name);
                    expected.remove(name);
                }
                default -> {
                    // Deciding on what is there holds for the original, so only a name that was never there is tried.
                    edit.setIfAbsent("new" + i, utf8(value));
                    expected.set("new" + i, JSON.readTree(value));
                }
            }
        }
        byte[] edited = edit.apply();
        assertEquals(expected, JSON.readTree(edited), () -> new String(json, StandardCharsets.UTF_8) + " became "
                + new String(edited, StandardCharsets.UTF_8));
        assertEquals(JSON.readTree(edited).size(), ObjectFields.read(edited).all().size());
    }

    private static String space(Random random) {
        return SPACES.get(random.nextInt(SPACES.size()));
    }

    @Test
    void aLongTextIsNotCopiedForAnEdit() throws IOException {
        byte[] json = utf8("{\"model\":\"one\",\"prompt\":\"" + "x".repeat(100_000) + "\", \"n\":1}");
        ObjectEdit edit = new ObjectEdit(json, ObjectFields.read(json));
        edit.set("model", utf8("\"another\""));
        edit.remove("n");
        edit.set("seed", utf8("7"));
        JsonSlices edited = edit.slices();
        byte[] expected = utf8("{\"model\":\"another\",\"prompt\":\"" + "x".repeat(100_000) + "\",\"seed\":7}");
        assertEquals(expected.length, edited.length());
        assertTrue(edited.slices().stream().filter(slice -> slice.array() == json)
                .mapToInt(ByteBuffer::remaining).sum() > 100_000);
        // Whoever has read its slices has not moved those of the next one.
        edited.slices().forEach(slice -> slice.position(slice.limit()));
        assertArrayEquals(expected, edited.bytes());
        assertEquals(new String(expected, StandardCharsets.UTF_8), edited.toString());
    }

    @Test
    void aLongValueIsNotCopiedIntoAShortText() throws IOException {
        byte[] json = utf8("{\"model\":\"one\",\"input\":[]}");
        byte[] value = utf8("[\"" + "x".repeat(100_000) + "\"]");
        ObjectEdit edit = new ObjectEdit(json, ObjectFields.read(json));
        edit.set("input", value);
        assertTrue(edit.slices().slices().stream().anyMatch(slice -> slice.array() == value));
        assertEquals("{\"model\":\"one\",\"input\":" + new String(value, StandardCharsets.UTF_8) + "}",
                edit.slices().toString());
    }

    @Test
    void aLongTextOfManyShortFieldsHasFewSlices() throws IOException {
        StringBuilder text = new StringBuilder("{\"f0\":0");
        for (int i = 1; i < 10_000; i++) {
            text.append(",\"f").append(i).append("\":\"some text\"");
        }
        byte[] json = utf8(text.append('}').toString());
        ObjectEdit edit = new ObjectEdit(json, ObjectFields.read(json));
        ObjectNode expected = (ObjectNode) JSON.readTree(json);
        for (int i = 0; i < 10_000; i += 3) {
            edit.remove("f" + i);
            expected.remove("f" + i);
            edit.set("new" + i, utf8("1"));
            expected.put("new" + i, 1);
        }
        JsonSlices edited = edit.slices();
        assertTrue(edited.slices().size() <= edited.length() / 1024, edited.slices().size() + " slices");
        assertEquals(expected, JSON.readTree(edited.bytes()));
    }

    @Test
    void withoutAnEditTheBytesAreTheSameArray() throws IOException {
        byte[] json = utf8("{ \"a\" : 1 }");
        assertSame(json, new ObjectEdit(json, ObjectFields.read(json)).apply());
    }

    @Test
    void aFieldsBoundsAreExact() throws IOException {
        String json = " { \"a\" : [1, 2] , \"b\":\"x\" } ";
        ObjectFields fields = ObjectFields.pick(utf8(json), "a", "b");
        ObjectFields.Field a = fields.find("a").orElseThrow();
        assertEquals("[1, 2]", json.substring(a.value(), a.end()));
        assertEquals("\"x\"",
                json.substring(fields.find("b").orElseThrow().value(), fields.find("b").orElseThrow().end()));
        assertEquals("x", fields.text(fields.find("b").orElseThrow()).orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings =
            {"", "[]", "1", "\"a\"", "{} {}", "{}x", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "{\"a\"}",
        "{\"a\":}", "{a:1}", "{\"a\":1,}", "{\"a\":01}", "{\"a\":NaN}", "{'a':1}", "{\"a\":1"})
    void whatIsNotOneJsonObjectIsRefused(String json) {
        assertThrows(IOException.class, () -> ObjectFields.read(utf8(json)));
    }
}
