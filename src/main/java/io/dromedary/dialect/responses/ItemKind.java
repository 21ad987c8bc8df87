package io.dromedary.dialect.responses;

import java.io.ByteArrayOutputStream;

import io.dromedary.dialect.Held;

/** The kinds of items of an output, and what their events are called. */
enum ItemKind {

    /** What the model thinks, told as a summary: that is what clients show. */
    REASONING("rs_", "reasoning_summary_text", "response.reasoning_summary_part", "summary_index", "text"),
    /** A message of text. */
    TEXT("msg_", "output_text", "response.content_part", "content_index", "text"),
    /** A message that refuses. */
    REFUSAL("msg_", "refusal", "response.content_part", "content_index", "refusal"),
    /** A call of a function. */
    FUNCTION("fc_", "function_call_arguments", "", "", "arguments"),
    /** A call of a custom tool. */
    CUSTOM("ctc_", "custom_tool_call_input", "", "", "input");

    private final String prefix;
    private final String growth;
    private final String part;
    private final String index;
    private final String field;

    ItemKind(String prefix, String growth, String part, String index, String field) {
        this.prefix = prefix;
        this.growth = "response." + growth;
        this.part = part;
        this.index = index;
        this.field = field;
    }

    /** How its id begins. */
    String prefix() {
        return prefix;
    }

    /** How the types of the events begin by which it grows. */
    String growth() {
        return growth;
    }

    /** How the types of its part's events begin; empty where it has no parts. */
    String part() {
        return part;
    }

    /** The field that numbers its parts. */
    String index() {
        return index;
    }

    /** The field that holds what has grown. */
    String field() {
        return field;
    }

    /** Writes its part, with that text: the inside of a JSON string literal. */
    void part(ByteArrayOutputStream out, Held text) {
        String type = switch (this) {
            case REASONING -> "summary_text";
            case REFUSAL -> "refusal";
            default -> "output_text";
        };
        out.writeBytes(Held.ascii("{\"type\":\"" + type + "\",\"" + field + "\":\""));
        text.copy(0, out);
        out.writeBytes(Held.ascii(this == TEXT ? "\",\"annotations\":[],\"logprobs\":[]}" : "\"}"));
    }
}
