package io.dromedary.routes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Every route file is valid against Camel's own schema, and every route and every step that matters has a name and a
 * reason.
 */
class RouteSchemaTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> STEPS =
            Set.of("process", "bean", "to", "toD", "wireTap", "choice", "otherwise", "onFallback", "circuitBreaker",
            "loop", "log", "stop", "removeHeaders", "removeProperty", "setProperty", "setBody", "setHeader");
    private static JsonSchema schema;

    @BeforeAll
    static void readSchema() throws IOException {
        try (InputStream in = RouteSchemaTest.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(in);
        }
    }

    static List<Path> routeFiles() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String folder : List.of("routes", "demo/routes")) {
            try (Stream<Path> found = Files.list(Path.of(folder))) {
                files.addAll(found.sorted().toList());
            }
        }
        assertTrue(files.size() > 8, "there are route files: " + files);
        return files;
    }

    private static JsonNode read(Path file) throws IOException {
        return JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file)));
    }

    @ParameterizedTest
    @MethodSource("routeFiles")
    void itIsValidAgainstCamelsSchema(Path file) throws IOException {
        Set<ValidationMessage> messages = schema.validate(read(file));
        assertEquals(Set.of(), messages);
    }

    @ParameterizedTest
    @MethodSource("routeFiles")
    void everyRouteAndEveryStepSaysWhatItIsFor(Path file) throws IOException {
        List<String> lacking = new ArrayList<>();
        if (file.startsWith("routes")) {
            walk("", read(file), lacking);
        }
        assertEquals(List.of(), lacking);
    }

    private static void walk(String key, JsonNode node, List<String> lacking) {
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                JsonNode value = field.getValue();
                boolean step = STEPS.contains(field.getKey()) && value.isObject();
                boolean route = Set.of("route", "routeTemplate").contains(field.getKey());
                if ((step || route) && !(value.has("id") && value.has("description"))) {
                    lacking.add(field.getKey() + " " + value.path("id").asText("without an id"));
                }
                walk(field.getKey(), value, lacking);
            }
        }
        node.elements().forEachRemaining(child -> {
            if (node.isArray()) {
                walk(key, child, lacking);
            }
        });
    }
}
