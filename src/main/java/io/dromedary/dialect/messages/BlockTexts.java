package io.dromedary.dialect.messages;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.dialect.Dropped;
import io.dromedary.dialect.Held;
import io.dromedary.dialect.Slots;
import io.dromedary.json.JsonWalk;

/**
 * Reads what stands in a user's content beside text: pictures, documents and search results, as far as a chat request
 * can carry them. What it cannot carry is refused by name: a user who attached it must not get an answer without it.
 */
final class BlockTexts {

    private final Slots source = new Slots("type", "media_type", "data", "url", "content");
    private final Slots part = new Slots("type", "text", "source", "cache_control");
    private final Dropped dropped;
    private final Place place;

    /** @param place where the reading is */
    BlockTexts(Dropped dropped, Place place) {
        this.dropped = dropped;
        this.place = place;
    }

    /** Appends the part of a chat message that a block of type {@code image} is. */
    void picture(Slots image, UserContent to) throws IOException {
        source(image);
        boolean bytes = source.is("type", "base64");
        if (!bytes && !source.is("type", "url")) {
            throw place.refuse("source.type", "'" + source.word("type") + "' is not supported here. Send the picture "
                    + "as 'base64' or 'url': the gateway keeps no files");
        }
        require(bytes ? "data" : "url");
        Held out = to.picture().add("{\"type\":\"image_url\",\"image_url\":{\"url\":\"");
        if (bytes) {
            require("media_type");
            out.add("data:").inside(source, "media_type").add(";base64,").inside(source, "data");
        } else {
            out.inside(source, "url");
        }
        out.add("\"}}");
    }

    private void source(Slots block) throws IOException {
        if (block.kind("source") != JsonToken.START_OBJECT) {
            throw place.refuse("source", "Field required");
        }
        JsonWalk walk = block.walk("source");
        walk.next();
        source.read(walk);
    }

    private void require(String field) {
        if (!source.hasText(field)) {
            throw place.refuse("source." + field, "Field required");
        }
    }

    /** Appends the text of a block of type {@code document}; pictures in it go to {@code pictures}. */
    void document(Slots block, Held out, UserContent pictures) throws IOException {
        source(block);
        line(block, "title", "Document: ", out);
        line(block, "context", "Context: ", out);
        if (source.is("type", "text")) {
            require("data");
            out.inside(source, "data");
        } else if (source.is("type", "content")) {
            texts(source, "content", out, pictures);
        } else {
            throw place.refuse("source", "The model is reached by an API that takes no document of type '"
                    + source.word(source.hasText("media_type") ? "media_type" : "type") + "'. Send its text");
        }
    }

    /** Appends the text of a block of type {@code search_result}. */
    void searchResult(Slots block, Held out, UserContent pictures) throws IOException {
        line(block, "title", "Search result: ", out);
        line(block, "source", "Source: ", out);
        texts(block, "content", out, pictures);
    }

    private static void line(Slots block, String field, String label, Held out) {
        if (block.hasText(field)) {
            out.add(label).inside(block, field).add("\\n");
        }
    }

    /** Appends a text, or the texts of a list of blocks, one in a line. The field may be of {@link #source} itself. */
    private void texts(Slots slots, String field, Held out, UserContent pictures) throws IOException {
        if (slots.hasText(field)) {
            out.inside(slots, field);
        }
        if (slots.kind(field) != JsonToken.START_ARRAY) {
            return;
        }
        JsonWalk walk = slots.walk(field);
        walk.next();
        String between = "";
        while (walk.next() != JsonToken.END_ARRAY) {
            if (walk.token() != JsonToken.START_OBJECT) {
                walk.skip();
                continue;
            }
            part.read(walk);
            if (part.hasText("text")) {
                out.add(between).inside(part, "text");
                between = "\\n";
            } else if (part.is("type", "image")) {
                picture(part, pictures);
            } else if (!part.is("type", "text")) {
                tell(dropped, part);
            }
        }
    }

    /** Has the client told that a block is left out. */
    static void tell(Dropped dropped, Slots block) {
        dropped.add(block.hasText("type") ? "messages.content." + block.word("type") : "messages.content");
    }
}
