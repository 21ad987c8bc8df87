package io.dromedary.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import io.dromedary.client.ApiError;
import io.dromedary.model.Endpoint;

/** The table of endpoints and the answer to an unknown path tell what the routes have. */
class EndpointsPageTest {

    private static final Path PAGE = Path.of("docs/endpoints.md");
    private static final Path DRAWN = Path.of("target/endpoints.txt");
    private static final Pattern PATH = Pattern.compile("(/v1/[a-z/]+)");
    private static final Map<String, String> ANSWERS = Map.of("chat", "a chat completion, or its stream",
            "completion", "a text completion, or its stream", "embedding", "embeddings", "json",
            "JSON, or events if asked for", "opaque", "any bytes, as they come");

    /** Operation to the parameters of its routes. */
    private static Map<String, List<Map<String, Object>>> endpoints() throws IOException {
        Map<String, List<Map<String, Object>>> operations = new LinkedHashMap<>();
        JsonNode root = new ObjectMapper().valueToTree(new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(Path.of("routes/endpoints.camel.yaml"))));
        for (JsonNode item : root) {
            JsonNode route = item.path("templatedRoute");
            Map<String, Object> parameters = new LinkedHashMap<>();
            parameters.put("template", route.path("routeTemplateRef").asText());
            route.path("parameters").forEach(each -> parameters.put(each.path("name").asText(),
                    each.path("value").asText()));
            if (parameters.containsKey("operation")) {
                operations.computeIfAbsent((String) parameters.get("operation"), name -> new ArrayList<>())
                        .add(parameters);
            }
        }
        return operations;
    }

    private static String row(List<Map<String, Object>> routes) {
        Map<String, Object> first = routes.get(0);
        Endpoint endpoint = Endpoint.of(first);
        String upstream = (endpoint.place().read() ? "GET " : "") + "`" + endpoint.upstreamPath() + "`"
                + (endpoint.place().underRoot() ? " at its root" : "");
        String body = first.get("template").equals("form-endpoint") ? "form" : "JSON";
        String answer = ANSWERS.get(endpoint.answer().name().toLowerCase(Locale.ROOT));
        return Stream.of("`" + endpoint.name() + "`",
                routes.stream().map(route -> "`" + route.get("path") + "`").collect(Collectors.joining(", ")),
                upstream,
                body + endpoint.required().stream().map(field -> "`" + field + "`")
                .collect(Collectors.joining(", ", endpoint.required().isEmpty() ? "" : ": ", "")), answer)
                .collect(Collectors.joining(" | ", "| ", " |"));
    }

    @Test
    void thePageHasTheTableOfTheRoutes() throws IOException {
        String table = endpoints().values().stream().map(EndpointsPageTest::row).collect(Collectors.joining("\n"));
        String page = Files.readAllLines(PAGE).stream().filter(line -> line.matches("\\| `[\\w-]+` \\|.*"))
                .collect(Collectors.joining("\n"));
        Files.writeString(DRAWN, table + "\n");
        assertEquals(table, page, "the rows as they should be are in " + DRAWN);
    }

    @Test
    void anUnknownPathIsToldWhichThereAre() throws IOException {
        List<String> told = new ArrayList<>();
        Matcher path = PATH.matcher(ApiError.unknownPath("GET", "/x").getMessage());
        while (path.find()) {
            told.add(path.group(1));
        }
        told.remove("/v1/models");
        List<String> there = endpoints().values().stream().flatMap(List::stream)
                .map(route -> route.get("path").toString()).filter(each -> each.startsWith("/v1/")).toList();
        for (String each : told) {
            assertTrue(there.stream().anyMatch(one -> one.startsWith(each)), each + " is told, and is not there");
        }
        for (String each : there) {
            assertTrue(told.stream().anyMatch(each::startsWith), each + " is there, and is not told");
        }
    }
}
