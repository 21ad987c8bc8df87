package io.dromedary.dialect.messages;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.dialect.Dropped;
import io.dromedary.dialect.Held;
import io.dromedary.dialect.Slots;
import io.dromedary.json.JsonWalk;

/** Reads blocks of type {@code tool_result}: a text for the model, and pictures that follow it. */
final class ToolResult {

    private final Slots part = new Slots("type", "text", "source", "title", "context", "content", "tool_name");
    private final BlockTexts blocks;
    private final ToolList tools;
    private final Dropped dropped;
    private final Place place;

    ToolResult(BlockTexts blocks, ToolList tools, Dropped dropped, Place place) {
        this.blocks = blocks;
        this.tools = tools;
        this.dropped = dropped;
        this.place = place;
    }

    /** Appends to {@code turns} what {@code block} says. */
    void read(Slots block, ChatTurns turns) throws IOException {
        if (!block.hasText("tool_use_id")) {
            throw place.refuse("tool_use_id", "Field required");
        }
        boolean failed = block.isTrue("is_error");
        JsonToken kind = block.kind("content");
        if (kind != null && kind != JsonToken.VALUE_STRING && kind != JsonToken.START_ARRAY) {
            throw place.refuse("content", "Input should be a string or a list of blocks");
        }
        Held out = turns.result(block);
        int begin = out.size();
        if (kind == JsonToken.VALUE_STRING) {
            mark(failed, block.word("content"), out).inside(block, "content");
        } else if (kind == JsonToken.START_ARRAY) {
            parts(block.walk("content"), failed, out, turns.pictures());
        }
        if (failed && out.size() == begin) {
            out.add("Error: no output");
        }
    }

    /** A failure without a word of it would be a success to the model. */
    private static Held mark(boolean failed, String beginning, Held out) {
        String said = beginning.stripLeading();
        boolean says = said.regionMatches(true, 0, "error", 0, 5) || said.startsWith("<tool_use_error>");
        return failed && !says ? out.add("Error: ") : out;
    }

    private void parts(JsonWalk walk, boolean failed, Held out, UserContent pictures) throws IOException {
        walk.next();
        int images = 0;
        boolean marked = !failed;
        String between = "";
        while (walk.next() != JsonToken.END_ARRAY) {
            place.nextItem();
            if (walk.token() != JsonToken.START_OBJECT) {
                throw place.refuse("", "Input should be a valid dictionary or object");
            }
            part.read(walk);
            if (part.is("type", "image")) {
                blocks.picture(part, pictures);
                images++;
                continue;
            }
            if (!isTold()) {
                continue;
            }
            out.add(between);
            mark(!marked, part.is("type", "text") ? part.word("text") : "", out);
            marked = true;
            text(out, pictures);
            between = "\\n";
        }
        place.noItem();
        if (images > 0) {
            mark(!marked, "", out.add(between)).add(images == 1 ? "[image]" : "[" + images + " images]");
        }
    }

    /** Whether the part has a text. */
    private boolean isTold() {
        return switch (part.word("type")) {
            case "document", "search_result", "tool_reference" -> true;
            case "text" -> part.hasText("text");
            default -> {
                if (!part.hasText("text")) {
                    BlockTexts.tell(dropped, part);
                }
                yield part.hasText("text");
            }
        };
    }

    private void text(Held out, UserContent pictures) throws IOException {
        switch (part.word("type")) {
            case "document" -> blocks.document(part, out, pictures);
            case "search_result" -> blocks.searchResult(part, out, pictures);
            case "tool_reference" -> {
                tools.mention(part, "tool_name");
                out.add("Tool ");
                if (part.hasText("tool_name")) {
                    out.inside(part, "tool_name");
                }
                out.add(" is available now.");
            }
            default -> out.inside(part, "text");
        }
    }
}
