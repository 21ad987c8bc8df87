package io.dromedary.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

import io.dromedary.findings.Finding;
import io.dromedary.findings.Findings;
import io.dromedary.findings.Place;

/** The tree that is made while a text is parsed is the one that the library makes, with the same places. */
class YamlTreeTest {

    private final Findings faults = new Findings();

    private YamlTree read(String text) {
        return YamlTree.parse("f", text, faults).orElseThrow(() -> new AssertionError(faults.all().toString()));
    }

    static Stream<Path> shipped() throws IOException {
        try (Stream<Path> files = Stream.of("routes", "config", "demo", "deploy").map(Path::of).flatMap(folder -> {
            try {
                return Files.walk(folder);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        })) {
            return files.filter(file -> file.toString().endsWith(".yaml")).toList().stream()
                    .filter(file -> text(file).lines().noneMatch("---"::equals));
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void eachValueOfAShippedFileStandsWhereTheLibrarySees(Path file) {
        assertSame(compose(text(file)), read(text(file)));
        assertEquals(List.of(), faults.all());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"a: 1", "a: [1, 2.5, true, null, ~, '', x]",
        "- !!str 12", "{a: {b: {c: []}}, 'd e': \"f\\ng\"}", "? a\\n: b",
        "a:\\n  - b\\n  -\\n  - c: |\\n      text\\n      more\\nd:",
        "a: &x {b: 1}\\nc: [*x, *x]", "&k a: 1\\nb: [*k]", "! 12", "a: 'null'\\nb: null\\nc: NULL\\nd: !!null x"})
    void eachFormOfAValueIsReadAsTheLibraryReadsIt(String text) {
        String written = text.replace("\\n", "\n");
        assertSame(compose(written), read(written));
    }

    private static Node compose(String text) {
        return new Compose(LoadSettings.builder().setLabel("f").build()).composeString(text).orElseThrow();
    }

    private static void assertSame(Node node, YamlTree tree) {
        Mark start = node.getStartMark().orElseThrow();
        assertEquals(new Place("f", start.getLine() + 1, start.getColumn() + 1), tree.place());
        Mark end = node.getEndMark().orElseThrow();
        assertEquals(end.getColumn() == 0 ? end.getLine() : end.getLine() + 1, tree.lastLine());
        if (node instanceof MappingNode map) {
            assertTrue(tree.isMap());
            Map<String, Node> values = new LinkedHashMap<>();
            for (NodeTuple tuple : map.getValue()) {
                String key = ((ScalarNode) tuple.getKeyNode()).getValue();
                Mark place = tuple.getKeyNode().getStartMark().orElseThrow();
                assertEquals(new Place("f", place.getLine() + 1, place.getColumn() + 1), tree.placeOfKey(key));
                values.put(key, tuple.getValueNode());
            }
            assertEquals(List.copyOf(values.keySet()), List.copyOf(tree.entries().keySet()));
            values.forEach((key, value) -> assertSame(value, tree.entries().get(key)));
        } else if (node instanceof SequenceNode list) {
            assertTrue(tree.isList());
            assertEquals(list.getValue().size(), tree.items().size());
            for (int i = 0; i < tree.items().size(); i++) {
                assertSame(list.getValue().get(i), tree.items().get(i));
            }
        } else {
            assertEquals(((ScalarNode) node).getValue(), tree.text());
            assertEquals(node.getTag().getValue().endsWith(":null")
                    || tree.text().isEmpty() && !node.getTag().getValue().endsWith(":str"), tree.isNull());
        }
    }

    @Test
    void manyEntriesMayShareWhatIsWrittenOnceAndEachKeyStandsInItsOwnLine() {
        StringBuilder text = new StringBuilder("base: &base {timeout: 5, kept: x}\nlist:\n");
        for (int i = 0; i < 80; i++) {
            text.append("  - {<<: *base, kept: own, name: n").append(i).append("}\n");
        }
        YamlTree tree = read(text + "again: *base\n");
        YamlTree last = tree.get("list").orElseThrow().items().get(79);
        assertEquals(Map.of("timeout", 5L, "kept", "own", "name", "n79"), last.value());
        assertEquals(new Place("f", 1, 14), last.placeOfKey("timeout"));
        assertEquals(new Place("f", 82, 17), last.placeOfKey("kept"));
        assertEquals(new Place("f", 1, 1), tree.placeOfKey("base"));
        assertEquals(new Place("f", 83, 1), tree.placeOfKey("again"));
        assertEquals(List.of(), faults.all());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"a: &x [1, *x] | f:1:11: YAML: an anchor holds itself",
        "a: *x | f:1:4: YAML: what begins with * refers to an anchor",
        "a: {{b}} | f:1:4: YAML: a value that begins with {{",
        "a: {[b]: c} | f:1:5: YAML: a key is a map or a list",
        "a: 1\\n---\\nb: 2 | f:2:1: YAML: but found another document",
        "a: {b | f:1:6: YAML: expected ',' or '}'"})
    void whatIsNoTreeIsToldWithItsPlace(String text, String told) {
        assertTrue(YamlTree.parse("f", text.replace("\\n", "\n"), faults).isEmpty());
        Finding fault = faults.all().get(0);
        assertTrue(fault.toString().startsWith(told), fault.toString());
    }
}
