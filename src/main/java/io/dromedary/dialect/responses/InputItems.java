package io.dromedary.dialect.responses;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.Dropped;
import io.dromedary.dialect.Held;
import io.dromedary.dialect.Slots;

/** Tells the items of a conversation to {@link ChatMessages}. An item of an unknown type is no error: it is told. */
final class InputItems implements Conversation.Visitor {

    private static final byte[] NO_ARGUMENTS = Held.ascii("\"{}\"");
    private static final byte[] RESULT = Held.ascii("Tool result:");
    /** So many times is a text taken that is put into JSON in a text, or unsealed. */
    private static final int COPIES = 4;

    private final Conversation conversation;
    private final ChatMessages messages;
    private final ContentParts parts;
    private final ToolList tools;
    private final ToolNames names;
    private final Dropped dropped;
    private final ReasoningSeal seal;
    private final String owner;
    private final LongConsumer takes;
    private final ContentSink.OfText says;
    private final ContentSink.OfText system;
    /** What the assistant thought before what it says next. */
    private final Held thought;
    /** The number of the item that is read. */
    private int current;
    private Map<String, Integer> lastResults;
    /** The last item with the result of a call that has been made, once {@link #lastResults} is known. */
    private int lastResult = -1;

    /** @param seal opens what was thought; null where it is not to go upstream again */
    InputItems(Conversation conversation, ChatMessages messages, ToolList tools, ToolNames names, Dropped dropped,
            ReasoningSeal seal, String owner, LongConsumer takes) {
        this.conversation = conversation;
        this.messages = messages;
        this.parts = new ContentParts(dropped, takes);
        this.tools = tools;
        this.names = names;
        this.dropped = dropped;
        this.seal = seal;
        this.owner = owner;
        this.takes = takes;
        this.thought = new Held(takes);
        this.says = (json, from, to) -> {
            if (from < to) {
                begin();
                messages.says(json, from, to);
            }
        };
        this.system = messages::system;
    }

    @Override
    public void text(byte[] json, int from, int to) {
        messages.user().text(json, from, to);
    }

    @Override
    public void item(Slots item, String path, int number) throws IOException {
        current = number;
        String type = JsonText.shorter(item, "type");
        switch (type) {
            case "message", "" -> message(item, path);
            case "function_call", "custom_tool_call" -> call(item, path);
            case "local_shell_call", "shell_call", "apply_patch_call" ->
                    builtIn(item, type.substring(0, type.length() - "_call".length()), path);
            case "function_call_output", "custom_tool_call_output", "local_shell_call_output", "shell_call_output",
                    "apply_patch_call_output" -> output(item, path);
            case "reasoning" -> reasoning(item, path);
            case "tool_search_output", "additional_tools" -> {
                if (item.has("tools")) {
                    tools.read(item.json(), item.start("tools"), item.end("tools"), path + ".tools");
                }
            }
            case "tool_search_call" -> { }
            case "compaction", "compaction_trigger" -> throw ApiError.badRequest("unsupported_value", path,
                    "'" + path + "' is a compaction, which the gateway cannot read: send the items that it stands for");
            default -> unknown(item, type, path);
        }
    }

    private void unknown(Slots item, String type, String path) throws IOException {
        if (item.has("role") && item.has("content")) {
            message(item, path);
            return;
        }
        dropped.add("input." + type);
        if (item.isText("output")) {
            says.text(item.json(), item.start("output") + 1, item.end("output") - 1);
        }
    }

    private void message(Slots item, String path) throws IOException {
        String content = path + ".content";
        switch (JsonText.shorter(item, "role")) {
            case "user" -> {
                thought.clear();
                parts.read(item, "content", content, messages.user());
            }
            case "system", "developer" -> parts.read(item, "content", content, system);
            case "assistant" -> parts.read(item, "content", content, says);
            default -> throw ApiError.badRequest("invalid_value", path + ".role", "'" + path
                    + "' must have a type, or a role of user, assistant, system or developer");
        }
    }

    private void begin() {
        messages.assistant(this::resultsFollow);
        if (!thought.isEmpty()) {
            byte[] text = thought.copied();
            messages.thinks(text, 0, text.length);
            thought.clear();
        }
    }

    private boolean resultsFollow() {
        if (lastResults == null) {
            try {
                lastResults = conversation.lastResults();
            } catch (IOException e) {
                throw new IllegalStateException("Read before", e);
            }
            messages.results().known().keySet().forEach(this::expect);
        }
        return lastResult > current;
    }

    private void expect(String id) {
        lastResult = Math.max(lastResult, lastResults.getOrDefault(id, -1));
    }

    private void call(Slots item, String path) throws IOException {
        String id = JsonText.required(item, "call_id", path);
        String name = names.flat(JsonText.optional(item, "namespace", path), JsonText.required(item, "name", path));
        begin();
        if (JsonText.shorter(item, "type").equals("custom_tool_call")) {
            Held arguments = new Held(takes).add("{\"input\":");
            if (item.isText("input")) {
                arguments.add(item.json(), item.start("input"), item.end("input"));
            } else {
                arguments.add("\"\"");
            }
            byte[] json = arguments.add("}").copied();
            takes.accept((long) COPIES * json.length);
            byte[] literal = JsonText.quoted(json, 0, json.length);
            calls(id, name, literal, 0, literal.length);
        } else if (item.hasText("arguments")) {
            calls(id, name, item.json(), item.start("arguments"), item.end("arguments"));
        } else {
            quoted(id, name, item, "arguments");
        }
    }

    /** Arguments that are an object, as they are in no string. */
    private void quoted(String id, String name, Slots item, String field) {
        if (item.kind(field) == JsonToken.START_OBJECT) {
            takes.accept((long) COPIES * (item.end(field) - item.start(field)));
            byte[] literal = JsonText.quoted(item.json(), item.start(field), item.end(field));
            calls(id, name, literal, 0, literal.length);
        } else {
            calls(id, name, NO_ARGUMENTS, 0, NO_ARGUMENTS.length);
        }
    }

    private void calls(String id, String name, byte[] json, int from, int to) {
        messages.calls(id, name, json, from, to);
        if (lastResults != null) {
            expect(id);
        }
    }

    private void builtIn(Slots item, String name, String path) {
        String id = JsonText.required(item, item.has("call_id") ? "call_id" : "id", path);
        begin();
        quoted(id, name, item, item.has("operation") ? "operation" : "action");
    }

    private void output(Slots item, String path) throws IOException {
        String id = JsonText.required(item, item.has("call_id") ? "call_id" : "id", path);
        thought.clear();
        ContentSink sink = messages.results();
        if (!messages.result(id)) {
            // What no call has asked for is refused everywhere as a tool's message.
            sink = messages.user();
            sink.text(RESULT, 0, RESULT.length);
        }
        boolean content = item.isText("output") || item.kind("output") == JsonToken.START_ARRAY
                && !JsonText.shorter(item, "type").equals("shell_call_output");
        if (content) {
            parts.read(item, "output", path + ".output", sink);
        } else if (item.has("output")) {
            takes.accept((long) COPIES * (item.end("output") - item.start("output")));
            byte[] literal = JsonText.quoted(item.json(), item.start("output"), item.end("output"));
            sink.text(literal, 1, literal.length - 1);
        }
    }

    private void reasoning(Slots item, String path) throws IOException {
        if (seal == null) {
            return;
        }
        int before = thought.size();
        ContentSink.OfText sink = (json, from, to) -> thought.add(thought.isEmpty() ? "" : "\\n\\n")
                .add(json, from, to);
        if (item.hasText("encrypted_content")) {
            takes.accept((long) COPIES * (item.end("encrypted_content") - item.start("encrypted_content")));
            Optional<byte[]> own = seal.open(owner, item.text("encrypted_content"));
            own.ifPresent(bytes -> sink.text(bytes, 0, bytes.length));
        } else {
            parts.read(item, "content", path + ".content", sink);
            if (thought.size() == before) {
                parts.read(item, "summary", path + ".summary", sink);
            }
        }
    }
}
