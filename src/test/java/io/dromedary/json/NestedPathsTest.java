package io.dromedary.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What paths lead to is taken out of the bytes as it would be out of the tree that the bytes stand for. */
class NestedPathsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> SPACES = List.of("", "", "", " ", "\n", " \t", "\r\n  ");
    private static final List<String> SCALARS =
            List.of("1", "-1.5e3", "\"t\"", "\"\\\"}{],\\u00e9 \u00e4\"", "null", "true", "false", "\"\"");

    private static String takenOut(String value, String... paths) {
        Set<String> found = new TreeSet<>();
        byte[] left = NestedPaths.of(List.of(paths)).takeOut("f", value.getBytes(StandardCharsets.UTF_8), found::add);
        return new String(left, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "f.a            | { \"a\" : 1 , \"b\":[ 1,2 ] }       | { \"b\":[ 1,2 ] }",
        "f.b            | { \"a\" : 1 , \"b\":[ 1,2 ] }       | { \"a\" : 1 }",
        "f.a            | {\"a\":1}                           | {}",
        "f.a            | {\"\\u0061\":1, \"b\":2}             | { \"b\":2}",
        "f.a            | {\"a\":1,\"a\":2,\"b\":{\"a\":3}}      | {\"b\":{\"a\":3}}",
        "f[*].a         | [{\"a\":1,\"b\":2}, 7, {\"a\":3}, [{\"a\":4}]] | [{\"b\":2}, 7, {}, [{\"a\":4}]]",
        "f[1].a         | [{\"a\":1},{\"a\":2} ,{\"a\":3}]      | [{\"a\":1},{} ,{\"a\":3}]",
        "f[0]           | [ 1, 2, 3 ]                         | [ 2, 3 ]",
        "f[2]           | [ 1, 2, 3 ]                         | [ 1, 2 ]",
        "f[*]           | [ 1, 2, 3 ]                         | [ ]",
        "f[*].g.strict  | [{\"g\":{\"strict\":true,\"n\":1}},{\"g\":5}] | [{\"g\":{\"n\":1}},{\"g\":5}]",
        "f[*][*].a      | [[{\"a\":1}],{\"a\":2}]               | [[{}],{\"a\":2}]",
        "f.a            | \"a\"                               | \"a\"",
        "f[0]           | {\"0\":1}                           | {\"0\":1}"})
    void whatAPathLeadsToGoesWithItsCommaAndNothingElse(String path, String value, String left) {
        assertEquals(left, takenOut(value, path));
    }

    @Test
    void aStarHoldsForNumberedItemsToo() {
        assertEquals("[{\"c\":1},{\"b\":1,\"c\":1}]", takenOut(
                "[{\"a\":1,\"b\":1,\"c\":1},{\"a\":1,\"b\":1,\"c\":1}]", "f[*].a", "f[0].b"));
    }

    @Test
    void withoutAnythingToTakeOutTheBytesAreTheSameArray() {
        byte[] value = "[{\"b\": 1}]".getBytes(StandardCharsets.UTF_8);
        assertSame(value, NestedPaths.of(List.of("f[*].a")).takeOut("f", value, path -> { }));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.", ".a", "a..b", "a[", "a[]", "a[x]", "a[-1]", "[0].a", "a[0]b", "a[*",
        "a[0].", "a[99999999999]"})
    void whatIsNoPathIsRefusedByName(String path) {
        String said = assertThrows(IllegalArgumentException.class, () -> NestedPaths.of(List.of(path))).getMessage();
        assertTrue(said.contains("'" + path + "' is no path"), said);
    }

    @Test
    void pathsAreBoundedAlsoWhereStarsAndNumbersMultiply() {
        List<String> many = IntStream.range(0, 1001).mapToObj(i -> "f.n" + i).toList();
        assertThrows(IllegalArgumentException.class, () -> NestedPaths.of(many));
        List<String> multiply = new ArrayList<>();
        for (int depth = 0; depth < 12; depth++) {
            for (int i = 0; i < 3; i++) {
                multiply.add("f" + "[*]".repeat(depth) + "[" + i + "].x");
            }
        }
        assertThrows(IllegalArgumentException.class, () -> NestedPaths.of(multiply));
        assertThrows(IllegalArgumentException.class, () -> NestedPaths.of(List.of("f" + ".a".repeat(5000))));
    }

    @RepeatedTest(300)
    void aPathInTheBytesIsAPathInTheTree(RepetitionInfo repetition) throws IOException {
        Random random = new Random(repetition.getCurrentRepetition());
        byte[] value = value(random, 0).getBytes(StandardCharsets.UTF_8);
        List<String> paths = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(4); i++) {
            paths.add("f" + IntStream.rangeClosed(0, random.nextInt(3)).mapToObj(step -> step(random))
                    .reduce("", String::concat));
        }
        JsonNode tree = JSON.readTree(value);
        Set<String> expected = new TreeSet<>();
        Set<String> gone = new TreeSet<>();
        paths.forEach(path -> {
            if (mark(tree, path.substring(1), "", gone)) {
                expected.add(path);
            }
        });
        Set<String> found = new TreeSet<>();
        byte[] left = NestedPaths.of(paths).takeOut("f", value, found::add);
        assertEquals(without(tree, "", gone), JSON.readTree(left),
                () -> paths + " of " + new String(value, StandardCharsets.UTF_8) + " left "
                        + new String(left, StandardCharsets.UTF_8));
        assertTrue(expected.containsAll(found), found + " of " + expected);
        assertEquals(gone.isEmpty(), found.isEmpty());
    }

    private static String step(Random random) {
        return random.nextBoolean() ? "." + "abc".charAt(random.nextInt(3))
                : random.nextBoolean() ? "[*]" : "[" + random.nextInt(3) + "]";
    }

    private static String value(Random random, int depth) {
        int kind = depth > 3 ? 0 : random.nextInt(4);
        if (kind < 1) {
            return SCALARS.get(random.nextInt(SCALARS.size()));
        }
        StringBuilder text = new StringBuilder(kind == 1 ? "[" : "{").append(space(random));
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ",").append(space(random));
            if (kind != 1) {
                text.append('"').append("abcd".charAt(i)).append('"').append(space(random)).append(':')
                        .append(space(random));
            }
            text.append(value(random, depth + 1)).append(space(random));
        }
        return text.append(kind == 1 ? "]" : "}").toString();
    }

    private static String space(Random random) {
        return SPACES.get(random.nextInt(SPACES.size()));
    }

    /** Marks what {@code path} leads to from {@code node}, which is at {@code pointer}; whether that is anything. */
    private static boolean mark(JsonNode node, String path, String pointer, Set<String> gone) {
        if (path.isEmpty()) {
            gone.add(pointer);
            return true;
        }
        int end = path.startsWith("[") ? path.indexOf(']') + 1 : 2;
        String rest = path.substring(end);
        String step = path.startsWith("[") ? path.substring(1, end - 1) : path.substring(1, end);
        boolean any = false;
        if (path.startsWith("[") && node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                any |= (step.equals("*") || step.equals(String.valueOf(i)))
                        && mark(node.get(i), rest, pointer + "/" + i, gone);
            }
        } else if (!path.startsWith("[") && node.isObject() && node.has(step)) {
            any = mark(node.get(step), rest, pointer + "/" + step, gone);
        }
        return any;
    }

    private static JsonNode without(JsonNode node, String pointer, Set<String> gone) {
        if (node.isArray()) {
            ArrayNode left = JSON.createArrayNode();
            for (int i = 0; i < node.size(); i++) {
                if (!gone.contains(pointer + "/" + i)) {
                    left.add(without(node.get(i), pointer + "/" + i, gone));
                }
            }
            return left;
        }
        if (node.isObject()) {
            ObjectNode left = JSON.createObjectNode();
            node.properties().forEach(entry -> {
                String at = pointer + "/" + entry.getKey();
                if (!gone.contains(at)) {
                    left.set(entry.getKey(), without(entry.getValue(), at, gone));
                }
            });
            return left;
        }
        return node;
    }
}
