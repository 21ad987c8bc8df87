package io.dromedary.dialect.responses;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongConsumer;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.Held;
import io.dromedary.dialect.Slots;
import io.dromedary.dialect.TopFields;
import io.dromedary.json.JsonWalk;
import io.dromedary.json.ObjectFields;

/**
 * Writes a request's tools and which of them the model is to choose. Without any tool left there is no choice either:
 * clients send {@code auto} all the same, servers refuse it.
 */
final class ToolChoice {

    private static final String NAME = "tool_choice";
    private static final int ENTRY = 128;

    private final TopFields top;
    private final ToolNames names;
    private final LongConsumer takes;
    /** The names in chat of those that may be called; null for all. */
    private Set<String> allowed;

    private ToolChoice(TopFields top, ToolNames names, LongConsumer takes) {
        this.top = top;
        this.names = names;
        this.takes = takes;
    }

    /**
     * Writes {@code tools}, {@code tool_choice} and {@code parallel_tool_calls}, each after a comma.
     *
     * @throws ApiError 400 for a choice that cannot be kept
     */
    static void write(Held out, TopFields top, ToolList tools, ToolNames names, LongConsumer takes)
            throws IOException {
        ToolChoice choice = new ToolChoice(top, names, takes);
        String chosen = choice.read();
        if (tools.isEmpty()) {
            return;
        }
        Held list = new Held(takes);
        if (tools.write(list, choice.allowed)) {
            out.add(",\"tools\":").add(list);
            if (!chosen.isEmpty()) {
                out.add(",\"tool_choice\":").writeBytes(Held.ascii(chosen));
            }
            if (top.has("parallel_tool_calls")) {
                out.add(",\"parallel_tool_calls\":").add(String.valueOf(top.flag("parallel_tool_calls", true)));
            }
        }
    }

    /** The choice as JSON of ASCII; empty for none. */
    private String read() throws IOException {
        ObjectFields.Field field = top.find(NAME);
        if (field == null) {
            return "";
        }
        if (field.kind() == JsonToken.VALUE_STRING) {
            return word(top.text(NAME));
        }
        Slots choice = top.object(NAME, "type", "name", "namespace", "mode", "tools", "function");
        String type = JsonText.shorter(choice, "type");
        return switch (type) {
            case "function", "custom" -> named(choice, NAME);
            case "allowed_tools" -> allowed(choice);
            case "auto", "none", "required", "any", "tool" -> word(type);
            default -> throw ApiError.badRequest("unsupported_value", NAME, "'tool_choice' asks for a tool of the "
                    + "type '" + type + "', which no model here can run: leave it out, or name a function");
        };
    }

    private static String word(String word) {
        return switch (word) {
            case "auto", "none", "required" -> "\"" + word + "\"";
            case "any", "tool" -> "\"required\"";
            default -> throw ApiError.badRequest("invalid_value", NAME,
                    "'tool_choice' must be auto, none or required, or an object that names a tool");
        };
    }

    private String named(Slots choice, String path) throws IOException {
        Slots holder = choice;
        if (!choice.has("name") && choice.kind("function") == JsonToken.START_OBJECT) {
            JsonWalk walk = choice.walk("function");
            walk.next();
            holder = new Slots("name").read(walk);
        }
        ToolNames.Tool tool = tool(holder, path, JsonText.optional(choice, "namespace", path));
        if (tool == null) {
            throw ApiError.badRequest("invalid_value", path, "'" + path + "' names a tool that is not in 'tools'");
        }
        // That tool alone, and it is required: llama-server takes a choice that is an object for auto.
        allowed = Set.of(tool.flat());
        return "\"required\"";
    }

    private ToolNames.Tool tool(Slots holder, String path, String namespace) {
        String name = JsonText.required(holder, "name", path);
        ToolNames.Tool own = names.find(namespace, name);
        if (own != null) {
            return own;
        }
        ToolNames.Tool flat = names.called(name);
        return names.find(flat.namespace(), flat.name());
    }

    private String allowed(Slots choice) throws IOException {
        allowed = new HashSet<>();
        if (choice.kind("tools") == JsonToken.START_ARRAY) {
            JsonWalk walk = choice.walk("tools");
            Slots item = new Slots("type", "name", "namespace");
            walk.next();
            for (int i = 0; walk.next() != JsonToken.END_ARRAY; i++) {
                if (walk.token() != JsonToken.START_OBJECT) {
                    walk.skip();
                } else if (item.read(walk).has("name")) {
                    String place = NAME + ".tools[" + i + "]";
                    ToolNames.Tool tool = tool(item, place, JsonText.optional(item, "namespace", place));
                    if (tool != null && allowed.add(tool.flat())) {
                        takes.accept(ENTRY);
                    }
                }
            }
        }
        String mode = JsonText.shorter(choice, "mode");
        return mode.isEmpty() ? "" : word(mode);
    }
}
