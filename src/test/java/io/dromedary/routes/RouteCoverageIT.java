package io.dromedary.routes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import io.dromedary.harness.NodeCoverage;

/**
 * Every step in {@code routes/} was reached by some test of this build: runs after them and reads what they have written
 * down.
 */
class RouteCoverageIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** Branches and ends are no steps of their own: reaching the step inside shows that they were taken. */
    private static final Set<String> NO_STEPS = Set.of("when", "otherwise", "onFallback", "from", "route", "routeTemplate",
            "onException");

    @Test
    void everyStepWithAnIdIsReachedBySomeTest() throws IOException {
        assertTrue(Files.exists(NodeCoverage.FILE), "the tests write " + NodeCoverage.FILE);
        Set<String> reached = new HashSet<>(Files.readAllLines(NodeCoverage.FILE));
        Set<String> missed = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            for (Path file : files.toList()) {
                JsonNode root = JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file)));
                for (String id : ids("", root, new TreeSet<>())) {
                    if (!reached.contains(id)) {
                        missed.add(file.getFileName() + ": " + id);
                    }
                }
            }
        }
        assertEquals(Set.of(), missed);
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
