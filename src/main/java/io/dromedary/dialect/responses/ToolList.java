package io.dromedary.dialect.responses;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.Dropped;
import io.dromedary.dialect.Held;
import io.dromedary.dialect.Slots;
import io.dromedary.json.Json;
import io.dromedary.json.JsonWalk;

/**
 * The tools of a request as chat's functions. Namespaces are laid flat; a custom tool becomes a function of one string,
 * whose description tells its grammar; tools that the API's own server would run are left out and told.
 */
final class ToolList {

    /** What a tool takes that is kept in mind, beside its name. */
    private static final int ENTRY = 512;
    private static final int DEEPEST = 8;
    private static final String TEXT_INPUT =
            "{\"type\":\"object\",\"properties\":{\"input\":{\"type\":\"string\"}},\"required\":[\"input\"]}";

    private final ToolNames names;
    private final Dropped dropped;
    private final LongConsumer takes;
    private final Held json;
    private final List<Entry> entries = new ArrayList<>();

    private record Entry(String flat, int from, int to) {
    }

    ToolList(ToolNames names, Dropped dropped, LongConsumer takes) {
        this.names = names;
        this.dropped = dropped;
        this.takes = takes;
        this.json = new Held(takes);
    }

    /**
     * Adds the tools of an array.
     *
     * @param path its place in the request, for what is refused
     */
    void read(byte[] bytes, int from, int to, String path) throws IOException {
        read(JsonWalk.overPart(bytes, from, to), path, "", 0);
    }

    private void read(JsonWalk walk, String path, String namespace, int depth) throws IOException {
        if (walk.next() != JsonToken.START_ARRAY || depth > DEEPEST) {
            throw ApiError.badRequest("invalid_type", path, "'" + path + "' must be an array of tools");
        }
        Slots tool = new Slots("type", "name", "description", "parameters", "strict", "tools", "format", "function");
        for (int i = 0; walk.next() != JsonToken.END_ARRAY; i++) {
            String place = path + "[" + i + "]";
            if (walk.token() != JsonToken.START_OBJECT) {
                throw ApiError.badRequest("invalid_type", place, "'" + place + "' must be an object with a type");
            }
            tool.read(walk);
            switch (tool.has("type") ? JsonText.shorter(tool, "type") : "function") {
                case "function" -> function(tool, place, namespace);
                case "custom" -> custom(tool, place, namespace);
                case "namespace" -> namespace(tool, place, depth);
                default -> dropped.add("tools." + JsonText.shorter(tool, "type"));
            }
        }
    }

    private void namespace(Slots tool, String place, int depth) throws IOException {
        String name = JsonText.required(tool, "name", place);
        if (tool.has("tools")) {
            read(tool.walk("tools"), place + ".tools", name, depth + 1);
        }
    }

    private void function(Slots tool, String place, String namespace) throws IOException {
        if (!tool.has("name") && tool.kind("function") == JsonToken.START_OBJECT) {
            Slots nested = new Slots("type", "name", "description", "parameters", "strict");
            JsonWalk walk = tool.walk("function");
            walk.next();
            function(nested.read(walk), place + ".function", namespace);
            return;
        }
        ToolNames.Tool known = add(namespace, JsonText.required(tool, "name", place), false);
        if (known == null) {
            return;
        }
        int from = begin(known);
        if (tool.hasText("description")) {
            json.add(",\"description\":").add(tool.json(), tool.start("description"), tool.end("description"));
        }
        json.add(",\"parameters\":");
        parameters(tool);
        json.add(tool.kind("strict") == JsonToken.VALUE_TRUE ? ",\"strict\":true}}" : "}}");
        entries.add(new Entry(known.flat(), from, json.size()));
    }

    private ToolNames.Tool add(String namespace, String name, boolean custom) {
        takes.accept(ENTRY + 4L * name.length());
        return names.add(namespace, name, custom);
    }

    private int begin(ToolNames.Tool tool) {
        int from = json.size();
        json.add("{\"type\":\"function\",\"function\":{\"name\":").writeBytes(Json.literal(tool.flat()));
        return from;
    }

    private void parameters(Slots tool) throws IOException {
        if (tool.kind("parameters") != JsonToken.START_OBJECT) {
            json.add("{\"type\":\"object\",\"properties\":{}}");
            return;
        }
        JsonWalk walk = tool.walk("parameters");
        boolean empty = walk.next() == JsonToken.START_OBJECT && walk.next() == JsonToken.END_OBJECT;
        walk = tool.walk("parameters");
        walk.next();
        if (empty) {
            json.add("{\"type\":\"object\",\"properties\":{}}");
        } else if (new Slots("type").read(walk).has("type")) {
            json.add(tool.json(), tool.start("parameters"), tool.end("parameters"));
        } else {
            json.add("{\"type\":\"object\",").add(tool.json(), tool.start("parameters") + 1, tool.end("parameters"));
        }
    }

    private void custom(Slots tool, String place, String namespace) throws IOException {
        ToolNames.Tool known = add(namespace, JsonText.required(tool, "name", place), true);
        if (known == null) {
            return;
        }
        int from = begin(known);
        json.add(",\"description\":\"");
        if (tool.hasText("description")) {
            json.add(tool.json(), tool.start("description") + 1, tool.end("description") - 1).add("\\n\\n");
        }
        json.add("The argument 'input' is a text, which the tool gets as it is.");
        if (tool.kind("format") == JsonToken.START_OBJECT) {
            JsonWalk walk = tool.walk("format");
            walk.next();
            Slots format = new Slots("type", "syntax", "definition").read(walk);
            if (format.hasText("definition")) {
                json.add(" It must follow this grammar");
                if (Set.of("lark", "regex").contains(JsonText.shorter(format, "syntax"))) {
                    json.add(" (").add(JsonText.shorter(format, "syntax")).add(")");
                }
                json.add(":\\n").add(format.json(), format.start("definition") + 1, format.end("definition") - 1);
            }
        }
        json.add("\",\"parameters\":").add(TEXT_INPUT).add("}}");
        entries.add(new Entry(known.flat(), from, json.size()));
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /**
     * Writes the JSON array.
     *
     * @param only the names in chat of those that are offered; null for all
     * @return whether there is any
     */
    boolean write(Held out, Set<String> only) {
        boolean any = false;
        for (Entry entry : entries) {
            if (only == null || only.contains(entry.flat())) {
                out.add(any ? "," : "[").add(json, entry.from(), entry.to());
                any = true;
            }
        }
        out.add(any ? "]" : "[]");
        return any;
    }
}
