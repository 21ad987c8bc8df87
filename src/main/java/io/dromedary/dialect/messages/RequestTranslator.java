package io.dromedary.dialect.messages;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.DialectRequest;
import io.dromedary.dialect.Dropped;
import io.dromedary.dialect.Held;
import io.dromedary.dialect.Slots;
import io.dromedary.dialect.TopFields;
import io.dromedary.json.JsonWalk;
import io.dromedary.json.ObjectFields.Field;
import io.dromedary.request.SteeringFields;

/**
 * Reads a request of the Messages API and writes it as a chat completion's. The fields are those of Anthropic's API as
 * its SDKs have them (anthropic-java 2.75). A field, block or tool that is not known is left out and told, never
 * refused: each version of a client brings new ones.
 */
final class RequestTranslator {

    /** Read here, or of no use but to Anthropic itself and naming a person. */
    private static final Set<String> READ = Set.of("model", "messages", "system", "max_tokens", "stop_sequences",
            "temperature", "top_p", "top_k", "stream", "tools", "tool_choice", "output_config", "output_format",
            "metadata");
    private static final Set<String> SAME = Set.of("model", "temperature", "top_p", "top_k", "stream");
    /** What is built around the messages. */
    private static final int FRAME = 1024;
    /** What a stop sequence takes of memory beside its letters. */
    private static final int ENTRY = 100;

    private final DialectRequest request;
    private final TopFields top;
    private final Held out;
    private final Dropped dropped = new Dropped();
    private final ToolList tools;
    private final List<String> stops = new ArrayList<>();

    private RequestTranslator(DialectRequest request) {
        this.request = request;
        this.top = TopFields.read(request.body(), request.mostFields());
        this.out = new Held(request.takes(), request.body().length + FRAME);
        this.tools = new ToolList(dropped, request.takes());
    }

    /** Makes the translation. */
    static MessagesTranslation translate(MessagesDialect dialect, DialectRequest request, boolean keepsReasoning) {
        try {
            return new RequestTranslator(request).translate(dialect, keepsReasoning);
        } catch (IOException e) {
            throw new IllegalStateException("It was read as JSON before", e);
        }
    }

    private MessagesTranslation translate(MessagesDialect dialect, boolean keepsReasoning) throws IOException {
        refuseThread();
        Field list = top.of("tools", JsonToken.START_ARRAY, "an array of objects");
        if (list != null) {
            tools.read(top.json(), list.value(), list.end());
        }
        Slots choice = top.object("tool_choice", "type", "name", "disable_parallel_tool_use");
        if (choice != null) {
            tools.mention(choice, "name");
        }
        messages(keepsReasoning);
        same();
        maxTokens();
        stops();
        boolean only = choice != null && choice.word("type").equals("tool") && only(choice);
        tools.write(out);
        if (choice != null) {
            choice(choice, only);
        }
        format();
        rest();
        return new MessagesTranslation(dialect, request, top, out.add("}").bytes(), dropped.names(), stops);
    }

    /** The client of a thread leaves out what it takes the server to have kept: to go on would lose it in silence. */
    private void refuseThread() {
        if (top.find("thread") != null) {
            throw ApiError.badRequest(MessagesErrors.NO_THREAD, "thread",
                    "thread: The gateway keeps no conversations. Send all messages, without thread");
        }
    }

    private void messages(boolean keepsReasoning) throws IOException {
        Field list = top.of("messages", JsonToken.START_ARRAY, "an array of objects");
        if (list == null) {
            throw ApiError.badRequest("missing_required_parameter", "messages", "messages: Field required");
        }
        out.add("{\"messages\":[");
        ChatTurns turns = new ChatTurns(out, keepsReasoning, request.takes());
        MessageList messages = new MessageList(turns, tools, dropped,
                keepsReasoning ? ThinkingMark.of(top.text("model")) : null, request.takes());
        Field system = top.find("system");
        if (system != null) {
            messages.system(at(system));
        }
        messages.read(at(list));
        if (!turns.end()) {
            throw ApiError.badRequest("invalid_value", "messages",
                    "messages: at least one message with content is required");
        }
        out.add("]");
    }

    private JsonWalk at(Field field) throws IOException {
        JsonWalk walk = JsonWalk.overPart(top.json(), field.value(), field.end());
        walk.next();
        return walk;
    }

    /** What is called the same, and what steers the gateway, go on as they came. */
    private void same() {
        for (Field field : top.all()) {
            if (field.kind() != JsonToken.VALUE_NULL && SAME.contains(field.name())
                    || SteeringFields.steers(field.name())) {
                out.add(",").add(top.json(), field.start(), field.end());
            }
        }
        Field stream = top.find("stream");
        if (stream != null && stream.kind() == JsonToken.VALUE_TRUE) {
            out.add(",\"stream_options\":{\"include_usage\":true}");
        }
    }

    private void maxTokens() {
        Field most = top.of("max_tokens", JsonToken.VALUE_NUMBER_INT, "a whole number");
        if (most == null) {
            return;
        }
        if (top.json()[most.value()] == '-' || top.json()[most.value()] == '0') {
            throw ApiError.badRequest("invalid_value", "max_tokens",
                    "max_tokens: Input should be greater than or equal to 1");
        }
        out.add(",\"max_tokens\":").add(top.json(), most.value(), most.end());
    }

    private void stops() throws IOException {
        Field list = top.of("stop_sequences", JsonToken.START_ARRAY, "an array of strings");
        if (list == null) {
            return;
        }
        JsonWalk walk = at(list);
        while (walk.next() != JsonToken.END_ARRAY) {
            if (walk.token() != JsonToken.VALUE_STRING) {
                throw ApiError.badRequest("invalid_type", "stop_sequences",
                        "stop_sequences: Input should be a list of strings");
            }
            // Servers refuse an empty one.
            if (walk.hasText()) {
                request.takes().accept(ENTRY + 2L * (walk.end() - walk.start()));
                out.add(stops.isEmpty() ? ",\"stop\":[" : ",").add(top.json(), walk.start(), walk.end());
                stops.add(walk.text());
            }
        }
        out.add(stops.isEmpty() ? "" : "]");
    }

    private boolean only(Slots choice) throws IOException {
        if (!choice.hasText("name")) {
            return false;
        }
        request.takes().accept(ENTRY + 2L * (choice.end("name") - choice.start("name")));
        return tools.only(choice.text("name"));
    }

    private void choice(Slots choice, boolean only) {
        String type = choice.word("type");
        String word = switch (type) {
            case "auto", "none" -> "\"" + type + "\"";
            case "any" -> "\"required\"";
            case "tool" -> only ? "\"required\"" : "";
            default -> throw ApiError.badRequest("invalid_value", "tool_choice.type",
                    "tool_choice.type: Input should be 'auto', 'any', 'tool' or 'none'");
        };
        if (word.isEmpty() && !choice.hasText("name")) {
            throw ApiError.badRequest("invalid_value", "tool_choice.name", "tool_choice.name: Field required");
        }
        if (!tools.any()) {
            return;
        }
        out.add(",\"tool_choice\":");
        if (word.isEmpty()) {
            out.add("{\"type\":\"function\",\"function\":{\"name\":").value(choice, "name").add("}}");
        } else {
            out.add(word);
        }
        if (choice.isTrue("disable_parallel_tool_use")) {
            out.add(",\"parallel_tool_calls\":false");
        }
    }

    /** The form of the answer, under its name and under an older one. */
    private void format() throws IOException {
        Slots output = top.object("output_config", "format", "effort");
        Slots format = null;
        if (output != null && output.has("effort")) {
            dropped.add("output_config.effort");
        }
        if (output != null && output.kind("format") == JsonToken.START_OBJECT) {
            JsonWalk walk = output.walk("format");
            walk.next();
            format = new Slots("type", "schema").read(walk);
        } else if (top.has("output_format")) {
            format = top.object("output_format", "type", "schema");
        }
        if (format == null) {
            return;
        }
        if (format.is("type", "json_schema") && format.kind("schema") == JsonToken.START_OBJECT) {
            out.add(",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"output\",\"schema\":")
                    .value(format, "schema").add("}}");
        } else {
            dropped.add("output_config.format");
        }
    }

    private void rest() {
        for (Field field : top.all()) {
            if (!READ.contains(field.name()) && !SteeringFields.steers(field.name())) {
                dropped.add(field.name());
            }
        }
    }
}
