package io.dromedary.dialect.messages;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.Dropped;
import io.dromedary.dialect.Held;
import io.dromedary.dialect.Slots;
import io.dromedary.json.JsonWalk;

/**
 * The tools of a request, as functions. A tool that is loaded later ({@code defer_loading}) is left out until the
 * conversation mentions it; a tool of Anthropic's own is left out and told, because no other model knows it.
 */
final class ToolList {

    /** What a name takes of memory beside its letters. */
    private static final int ENTRY = 160;

    private final Slots tool = new Slots("type", "name", "description", "input_schema", "strict", "defer_loading",
            "cache_control");
    /** The tools that are loaded later, and whether they are needed. */
    private final Map<String, Boolean> later = new HashMap<>();
    private final Dropped dropped;
    private final LongConsumer takes;
    private byte[] json;
    private int from;
    private int to;
    private String only;
    private boolean any;

    ToolList(Dropped dropped, LongConsumer takes) {
        this.dropped = dropped;
        this.takes = takes;
    }

    /**
     * Reads the list that stands there, before the messages are read.
     *
     * @throws ApiError 400 if a tool cannot be told
     */
    void read(byte[] body, int first, int last) throws IOException {
        json = body;
        from = first;
        to = last;
        JsonWalk walk = JsonWalk.overPart(json, from, to);
        walk.next();
        for (int place = 0; walk.next() != JsonToken.END_ARRAY; place++) {
            if (walk.token() != JsonToken.START_OBJECT) {
                throw refuse(place, "", "Input should be a valid dictionary or object");
            }
            tool.read(walk);
            if (!isFunction()) {
                dropped.add("tools." + tool.word("type"));
                continue;
            }
            if (!tool.hasText("name")) {
                throw refuse(place, ".name", "Field required");
            }
            if (tool.has("input_schema") && tool.kind("input_schema") != JsonToken.START_OBJECT) {
                throw refuse(place, ".input_schema", "Input should be a valid dictionary");
            }
            if (tool.has("cache_control")) {
                dropped.add("cache_control");
            }
            if (tool.isTrue("defer_loading")) {
                takes.accept(ENTRY + 2L * (tool.end("name") - tool.start("name")));
                later.put(tool.text("name"), false);
            }
        }
    }

    private static ApiError refuse(int place, String field, String words) {
        String path = "tools." + place + field;
        return ApiError.badRequest("invalid_value", path, path + ": " + words);
    }

    private boolean isFunction() {
        return !tool.has("type") || tool.is("type", "custom");
    }

    /** The conversation, or the choice of a tool, names that tool. */
    void mention(Slots slots, String field) {
        if (!later.isEmpty()) {
            later.replace(slots.text(field), true);
        }
    }

    /**
     * Leaves only the tool of that name, if it is there: it must be called, and llama-server takes a choice that names
     * one for auto.
     *
     * @return whether it is there
     */
    boolean only(String name) throws IOException {
        boolean there = false;
        if (json != null) {
            JsonWalk walk = JsonWalk.overPart(json, from, to);
            walk.next();
            while (walk.next() != JsonToken.END_ARRAY) {
                tool.read(walk);
                there |= isFunction() && tool.is("name", name);
            }
        }
        only = there ? name : null;
        return there;
    }

    /** Whether there is a tool for the model; known when the list is written. */
    boolean any() {
        return any;
    }

    /** Writes the field {@code tools} behind others, or nothing where no tool is left. */
    void write(Held out) throws IOException {
        if (json == null) {
            return;
        }
        JsonWalk walk = JsonWalk.overPart(json, from, to);
        walk.next();
        while (walk.next() != JsonToken.END_ARRAY) {
            tool.read(walk);
            boolean meant = isFunction() && (only == null || tool.is("name", only));
            if (meant && !(tool.isTrue("defer_loading") && !later.get(tool.text("name")))) {
                out.add(any ? "," : ",\"tools\":[");
                any = true;
                function(out);
            }
        }
        out.add(any ? "]" : "");
    }

    /** Only what a function has: strict servers refuse all else. */
    private void function(Held out) throws IOException {
        out.add("{\"type\":\"function\",\"function\":{\"name\":").value(tool, "name");
        if (tool.isText("description")) {
            out.add(",\"description\":").value(tool, "description");
        }
        out.add(",\"parameters\":");
        schema(out);
        out.add(tool.isTrue("strict") ? ",\"strict\":true}}" : "}}");
    }

    private void schema(Held out) throws IOException {
        if (!tool.has("input_schema")) {
            out.add("{\"type\":\"object\",\"properties\":{}}");
            return;
        }
        JsonWalk walk = tool.walk("input_schema");
        walk.next();
        boolean typed = false;
        boolean empty = true;
        while (walk.next() == JsonToken.FIELD_NAME) {
            typed |= walk.is("type");
            empty = false;
            walk.next();
            walk.skip();
        }
        if (typed) {
            out.value(tool, "input_schema");
        } else {
            out.add(empty ? "{\"type\":\"object\"" : "{\"type\":\"object\",")
                    .add(json, tool.start("input_schema") + 1, tool.end("input_schema"));
        }
    }
}
