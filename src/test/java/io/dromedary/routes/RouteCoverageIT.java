package io.dromedary.routes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import io.dromedary.harness.NodeCoverage;

/**
 * Every step in {@code routes/} was reached by some test of this build: runs after them, reads what they have written
 * down, and lists each step with its tests.
 */
class RouteCoverageIT {

    /** What a reader looks at. */
    private static final Path REPORT = Path.of("target", "route-coverage.md");
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Branches and ends are no steps of their own: reaching the step inside shows that they were taken. */
    private static final Set<String> NO_STEPS =
            Set.of("when", "otherwise", "onFallback", "from", "route", "routeTemplate",
            "onException");

    @Test
    void everyStepWithAnIdIsReachedBySomeTest() throws IOException {
        assertTrue(Files.exists(NodeCoverage.FILE), "the tests write " + NodeCoverage.FILE);
        Map<String, Set<String>> reached = reached();
        StringBuilder report = new StringBuilder("# The steps of the routes and the tests that reached them\n");
        Set<String> missed = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            for (Path file : files.sorted().toList()) {
                report.append("\n## ").append(file.getFileName()).append("\n\n");
                JsonNode root = JSON.valueToTree(new Load(LoadSettings.builder().build())
                        .loadFromString(Files.readString(file)));
                for (String id : ids("", root, new TreeSet<>())) {
                    Set<String> tests = reached.getOrDefault(id, Set.of());
                    report.append("- `").append(id).append("`: ")
                            .append(tests.isEmpty() ? "**nobody**" : summary(tests)).append('\n');
                    if (tests.isEmpty()) {
                        missed.add(file.getFileName() + ": " + id);
                    }
                }
            }
        }
        Files.writeString(REPORT, report);
        assertEquals(Set.of(), missed, "steps that no test reaches; " + REPORT + " has all");
    }

    /** Step to the tests that reached it. */
    private static Map<String, Set<String>> reached() throws IOException {
        Map<String, Set<String>> reached = new HashMap<>();
        for (String line : Files.readAllLines(NodeCoverage.FILE)) {
            String[] cells = line.split("\t");
            reached.computeIfAbsent(cells[0], id -> new TreeSet<>()).add(cells[1]);
        }
        return reached;
    }

    /** {@code 12 tests: ErrorsTest (7), KeyCheckTest (5)}. */
    private static String summary(Set<String> tests) {
        Map<String, Long> byClass = tests.stream()
                .collect(Collectors.groupingBy(test -> test.substring(0, test.indexOf('.')),
                TreeMap::new, Collectors.counting()));
        return tests.size() + " tests: " + byClass.entrySet().stream()
                .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
                .collect(Collectors.joining(", "));
    }

    private static Set<String> ids(String key, JsonNode node, Set<String> ids) {
        if (node.isObject()) {
            if (node.has("id") && !NO_STEPS.contains(key)) {
                ids.add(node.get("id").asText());
            }
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                ids(field.getKey(), field.getValue(), ids);
            }
        }
        if (node.isArray()) {
            node.forEach(child -> ids(key, child, ids));
        }
        return ids;
    }
}
