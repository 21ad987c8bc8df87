package io.dromedary.dialect.responses;

import java.io.ByteArrayOutputStream;

import io.dromedary.dialect.Held;
import io.dromedary.json.Json;

/**
 * An item of an output while it grows.
 *
 * @param kind   what it is
 * @param id     its own id
 * @param number its place in the output
 * @param callId of a call: the id by which its result names it
 * @param tool   of a call: the tool
 * @param text   what has grown so far: the inside of a JSON string literal
 */
record OutputItem(ItemKind kind, String id, int number, String callId, ToolNames.Tool tool, Held text) {

    /** Writes the item as it is before it grows. */
    void first(Held out) {
        write(out, "in_progress", null, false);
    }

    /**
     * Writes the item with all that has grown.
     *
     * @param sealed what was thought, sealed; may be null
     */
    void last(Held out, String status, String sealed) {
        write(out, status, sealed, true);
    }

    private void write(Held out, String status, String sealed, boolean whole) {
        String head = "\",\"id\":\"" + id + "\"";
        switch (kind) {
            case REASONING -> {
                out.add("{\"type\":\"reasoning").add(head).add(",\"summary\":[");
                part(out, whole);
                out.add(sealed == null ? "]}" : "],\"encrypted_content\":\"" + sealed + "\"}");
            }
            case TEXT, REFUSAL -> {
                out.add("{\"type\":\"message").add(head).add(",\"role\":\"assistant\",\"status\":\"").add(status)
                        .add("\",\"content\":[");
                part(out, whole);
                out.add("]}");
            }
            default -> {
                out.add("{\"type\":\"").add(kind == ItemKind.CUSTOM ? "custom_tool_call" : "function_call").add(head)
                        .add(",\"call_id\":").writeBytes(Json.literal(callId));
                out.add(",\"name\":").writeBytes(Json.literal(tool.name()));
                if (!tool.namespace().isEmpty()) {
                    out.add(",\"namespace\":").writeBytes(Json.literal(tool.namespace()));
                }
                out.add(",\"" + kind.field() + "\":\"");
                if (whole) {
                    out.add(text);
                }
                out.add("\",\"status\":\"").add(status).add("\"}");
            }
        }
    }

    private void part(ByteArrayOutputStream out, boolean whole) {
        if (whole) {
            kind.part(out, text);
        }
    }
}
