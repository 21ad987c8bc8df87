package io.dromedary.dialect.responses;

import java.io.IOException;
import java.util.Set;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.Dialect;
import io.dromedary.dialect.DialectRequest;
import io.dromedary.dialect.Dropped;
import io.dromedary.dialect.Held;
import io.dromedary.dialect.NativeRequest;
import io.dromedary.dialect.Slots;
import io.dromedary.dialect.TopFields;
import io.dromedary.json.JsonWalk;
import io.dromedary.json.ObjectFields;
import io.dromedary.request.SteeringFields;

/**
 * Reads a request of the Responses API and writes it as a chat completion's. The fields are those of OpenAI's reference
 * as its SDKs have them (openai-java 4.101).
 */
final class RequestTranslator {

    /** Told to the client only, or of no use but to OpenAI itself; some name a person or a machine. */
    private static final Set<String> SILENT = Set.of("metadata", "user", "safety_identifier", "prompt_cache_key",
            "prompt_cache_retention", "prompt_cache_options", "client_metadata", "include", "store", "input",
            "instructions", "previous_response_id", "model", "stream", "stream_options", "tools", "tool_choice",
            "parallel_tool_calls", "text", "reasoning", "max_output_tokens", "temperature", "top_p", "background",
            "conversation", "prompt");
    /** What is built around the messages. */
    private static final int FRAME = 1024;

    private final DialectRequest request;
    private final TopFields top;
    private final ResponseStore store;
    private final ReasoningSeal seal;
    private final boolean keepsReasoning;
    private final Dropped dropped = new Dropped();
    private final ToolNames names = ToolNames.none();

    private RequestTranslator(DialectRequest request, ResponseStore store, ReasoningSeal seal,
            boolean keepsReasoning) {
        this.request = request;
        this.top = TopFields.read(request.body(), request.mostFields());
        this.store = store;
        this.seal = seal;
        this.keepsReasoning = keepsReasoning;
    }

    static ResponseTranslation translate(Dialect dialect, DialectRequest request, ResponseStore store,
            ReasoningSeal seal, boolean keepsReasoning) {
        try {
            return new RequestTranslator(request, store, seal, keepsReasoning).translate(dialect);
        } catch (IOException e) {
            throw new IllegalStateException("It was read as JSON before", e);
        }
    }

    private ResponseTranslation translate(Dialect dialect) throws IOException {
        refuse("conversation", "it keeps no conversations: send 'previous_response_id', or the whole input");
        refuse("prompt", "it keeps no prompts: send its text as 'instructions' and 'input'");
        if (top.flag("background", false)) {
            refuse("background", "it runs nothing in the background: leave it out, or send false");
        }
        boolean keep = top.flag("store", true) && store.keeps();
        StoredResponse previous = previous();
        Conversation conversation = new Conversation(previous, top.json(), top.find("input"), store, request.owner(),
                request.takes());
        Held out = new Held(request.takes(), top.json().length + FRAME).add("{");
        ObjectFields.Field model = top.find("model");
        if (model != null) {
            out.add("\"model\":").add(top.json(), model.value(), model.end()).add(",");
        }
        ToolList tools = new ToolList(names, dropped, request.takes());
        ObjectFields.Field list = top.find("tools");
        if (list != null) {
            tools.read(top.json(), list.value(), list.end(), "tools");
        }
        messages(conversation, tools, out.add("\"messages\":["));
        parameters(out.add("]"));
        ToolChoice.write(out, top, tools, names, request.takes());
        format(out);
        rest(out);
        Keeping keeping = new Keeping(keep ? store : null, request.owner(), conversation.references(), previous, top);
        boolean refers = previous != null || !conversation.references().isEmpty();
        NativeRequest asSent = new NativeResponse(top, conversation, refers, keeping, request.takes());
        return new ResponseTranslation(dialect, asSent, out.add("}").copied(), dropped.names(),
                new Echo(top, keep), names,
                keeping, includes("reasoning.encrypted_content") ? seal : null, request.owner());
    }

    private void refuse(String name, String why) {
        if (top.has(name)) {
            throw ApiError.badRequest("unsupported_value", name, "The gateway does not support '" + name + "': " + why);
        }
    }

    private StoredResponse previous() {
        if (top.string("previous_response_id") == null) {
            return null;
        }
        String id = top.text("previous_response_id");
        StoredResponse found = store.find(request.owner(), id).orElseThrow(() -> ApiError.badRequest(
                "previous_response_not_found", "previous_response_id", "Previous response with id '" + id
                + "' not found. The gateway keeps responses in memory, for a time and for the key that they were made "
                + "for. Send the whole input, or set 'store' to false, so that your client does"));
        if (found.depth() >= ResponseStore.DEEPEST) {
            throw ApiError.badRequest("request_beyond_limit", "previous_response_id", "More than "
                    + ResponseStore.DEEPEST + " responses go before it: send the whole input");
        }
        return found;
    }

    private void messages(Conversation conversation, ToolList tools, Held out) throws IOException {
        ChatMessages messages = new ChatMessages(out, request.takes());
        ObjectFields.Field instructions = top.string("instructions");
        if (instructions != null) {
            messages.system(top.json(), instructions.value() + 1, instructions.end() - 1);
        }
        conversation.visit(new InputItems(conversation, messages, tools, names, dropped,
                keepsReasoning ? seal : null, request.owner(), request.takes()));
        if (!messages.end()) {
            throw ApiError.badRequest("missing_required_parameter", "input",
                    "Missing required parameter: 'input' must hold something to answer");
        }
    }

    private void parameters(Held out) throws IOException {
        if (top.flag("stream", false)) {
            out.add(",\"stream\":true,\"stream_options\":{\"include_usage\":true}");
        }
        same("max_output_tokens", "max_tokens", out);
        same("temperature", "temperature", out);
        same("top_p", "top_p", out);
        Slots reasoning = top.object("reasoning", "effort");
        if (reasoning != null && reasoning.isText("effort")) {
            out.add(",\"reasoning_effort\":").add(reasoning.json(), reasoning.start("effort"), reasoning.end("effort"));
        }
    }

    private void same(String name, String chat, Held out) {
        ObjectFields.Field field = top.find(name);
        if (field != null) {
            out.add(",\"" + chat + "\":").add(top.json(), field.value(), field.end());
        }
    }

    private void format(Held out) throws IOException {
        Slots text = top.object("text", "format", "verbosity");
        if (text == null) {
            return;
        }
        if (text.has("verbosity")) {
            dropped.add("text.verbosity");
        }
        if (text.kind("format") != JsonToken.START_OBJECT) {
            return;
        }
        JsonWalk walk = text.walk("format");
        walk.next();
        Slots format = new Slots("type", "name", "schema", "strict", "description").read(walk);
        switch (JsonText.shorter(format, "type")) {
            case "text", "" -> { }
            case "json_object" -> out.add(",\"response_format\":{\"type\":\"json_object\"}");
            case "json_schema" -> {
                if (format.kind("schema") != JsonToken.START_OBJECT) {
                    throw ApiError.badRequest("missing_required_parameter", "text.format.schema",
                            "Missing required parameter: 'text.format.schema' must be a JSON schema");
                }
                out.add(",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":")
                        .add(format.hasText("name") ? "" : "\"response\"");
                copy(format, "name", format.hasText("name"), "", out);
                copy(format, "description", format.hasText("description"), ",\"description\":", out);
                copy(format, "schema", true, ",\"schema\":", out);
                copy(format, "strict", format.has("strict"), ",\"strict\":", out);
                out.add("}}");
            }
            default -> throw ApiError.badRequest("invalid_value", "text.format.type",
                    "'text.format.type' must be text, json_object or json_schema");
        }
    }

    private static void copy(Slots slots, String field, boolean there, String before, Held out) {
        if (there) {
            out.add(before).add(slots.json(), slots.start(field), slots.end(field));
        }
    }

    /** What steers the gateway goes on as it came; what nobody knows is told. */
    private void rest(Held out) {
        for (ObjectFields.Field field : top.all()) {
            String name = field.name();
            if (SteeringFields.steers(name)) {
                out.add(",").add(top.json(), field.start(), field.end());
            } else if (field.kind() != JsonToken.VALUE_NULL && !SILENT.contains(name) && !isUsual(name)) {
                dropped.add(name);
            }
        }
    }

    /** Whether the field asks for what happens anyway. */
    private boolean isUsual(String name) {
        ObjectFields.Field field = top.find(name);
        if (field.kind() == JsonToken.VALUE_STRING && field.length() < FRAME) {
            return switch (name) {
                case "truncation" -> top.text(name).equals("disabled");
                case "service_tier" -> Set.of("auto", "default").contains(top.text(name));
                default -> false;
            };
        }
        return name.equals("top_logprobs") && field.length() == 1 && top.json()[field.value()] == '0';
    }

    private boolean includes(String what) throws IOException {
        ObjectFields.Field include = top.find("include");
        if (include == null || include.kind() != JsonToken.START_ARRAY) {
            return false;
        }
        JsonWalk walk = JsonWalk.overPart(top.json(), include.value(), include.end());
        boolean found = false;
        for (JsonToken token = walk.next(); token != null; token = walk.next()) {
            found |= token == JsonToken.VALUE_STRING && walk.is(what);
        }
        return found;
    }
}
