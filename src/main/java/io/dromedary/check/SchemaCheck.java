package io.dromedary.check;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;

import io.dromedary.findings.Findings;
import io.dromedary.findings.NearestKey;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.yaml.YamlTree;

/** Whether route files fit the schema of the YAML DSL that camel-yaml-dsl brings. */
final class SchemaCheck {

    private static final String SCHEMA = "/schema/camelYamlDsl.json";
    private static final ObjectMapper JSON = new ObjectMapper();
    /** What a choice of forms adds: that none of them fits, which the reasons beside it say better. */
    private static final Set<String> SUMMARIES = Set.of("anyOf", "oneOf", "allOf", "not");

    private final JsonNode document;
    private final JsonSchema schema;
    private final Findings faults;

    private SchemaCheck(Findings faults) {
        this.faults = faults;
        try (InputStream in = SchemaCheck.class.getResourceAsStream(SCHEMA)) {
            document = JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // Most of the schema's 500 definitions are of no use to a file.
        schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(document,
                SchemaValidatorsConfig.builder().preloadJsonSchema(false).build());
    }

    /** Adds what it finds to {@code faults}. */
    static void check(List<RouteFile> files, Findings faults) {
        SchemaCheck check = new SchemaCheck(faults);
        files.forEach(check::file);
    }

    private void file(RouteFile file) {
        Set<ValidationMessage> messages = schema.validate(JSON.valueToTree(file.tree().value()));
        boolean placeholders = messages.stream().anyMatch(message -> isPlaceholder(file, message));
        Set<Place> told = new HashSet<>();
        messages.stream().filter(message -> !isSummary(message, messages) && !isPlaceholder(file, message))
                .forEach(message -> {
            List<String> path = steps(message.getInstanceLocation());
            YamlTree at = file.tree().at(path);
            Place place = message.getProperty() == null ? at.place() : at.placeOfKey(message.getProperty());
            if (told.add(place)) {
                tell(message, path, place);
            }
        });
        messages.stream().filter(message -> told.isEmpty() && !placeholders).findFirst().ifPresent(message -> {
            List<String> path = steps(message.getInstanceLocation());
            faults.stop(Rule.ROUTE_SCHEMA, file.tree().at(path).place(), name(path), "does not fit Camel's schema", "");
        });
    }

    /** What a placeholder stands for is known when the route is made. */
    private static boolean isPlaceholder(RouteFile file, ValidationMessage message) {
        return message.getProperty() == null && file.tree().at(steps(message.getInstanceLocation())).text()
                .contains("{{");
    }

    /** A step may be a text or a map: where it is a map with a fault, that it is no text says nothing. */
    private static boolean isSummary(ValidationMessage message, Set<ValidationMessage> all) {
        String at = message.getInstanceLocation().toString();
        return SUMMARIES.contains(message.getType()) || message.getType().equals("type") && all.stream()
                .anyMatch(other -> other != message
                && !SUMMARIES.contains(other.getType()) && !other.getType().equals("type")
                && other.getInstanceLocation().toString().startsWith(at));
    }

    private void tell(ValidationMessage message, List<String> path, Place place) {
        String property = message.getProperty();
        if (message.getType().equals("additionalProperties")) {
            List<String> known = siblings(message);
            faults.stop(Rule.ROUTE_SCHEMA, place, property, "is no key of " + name(path),
                    NearestKey.withinTwoLetters(property, known)
                    .map(near -> "Did you mean " + near + "?").orElse("Known here: " + String.join(", ", known)));
        } else if (message.getType().equals("required")) {
            faults.stop(Rule.ROUTE_SCHEMA, place, name(path), "lacks " + property, "Add " + property + ":");
        } else {
            String text = message.getMessage();
            faults.stop(Rule.ROUTE_SCHEMA, place, name(path), text.substring(text.indexOf(": ") + 2), "");
        }
    }

    /** The keys that the schema allows where the message's key stands. */
    private List<String> siblings(ValidationMessage message) {
        String pointer = message.getSchemaLocation().getFragment().toString();
        JsonNode definition = document.at(pointer.substring(0, pointer.lastIndexOf('/')));
        List<String> names = new ArrayList<>();
        definition.path("properties").fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> steps(JsonNodePath path) {
        List<String> steps = new ArrayList<>();
        for (int i = 0; i < path.getNameCount(); i++) {
            steps.add(path.getName(i));
        }
        return steps;
    }

    /** The innermost key of the path, which is what the reader sees. */
    private static String name(List<String> path) {
        for (int i = path.size() - 1; i >= 0; i--) {
            if (!path.get(i).matches("\\d+")) {
                return path.get(i);
            }
        }
        return "the file";
    }
}
