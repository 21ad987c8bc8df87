package io.dromedary.dialect.messages;

import java.io.IOException;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.dialect.Held;
import io.dromedary.dialect.Slots;
import io.dromedary.json.Json;
import io.dromedary.json.JsonWalk;

/**
 * Takes out of a request what an upstream that speaks the Messages API must not see: the bill of Claude Code, and
 * thinking of models behind the gateway, whose signature Anthropic refuses. An id of a call that Anthropic would refuse
 * becomes another one, the same wherever it stands. All else keeps its bytes.
 */
final class NativeContent {

    private static final Pattern ILLEGAL = Pattern.compile("[^A-Za-z0-9_-]");
    private static final long COPIES = 4;

    private final LongConsumer takes;
    private final Slots message = new Slots("content");
    private final Slots block = new Slots("type", "text", "id", "tool_use_id", "signature");
    private boolean changed;

    NativeContent(LongConsumer takes) {
        this.takes = takes;
    }

    /** The system blocks that stay; null where all do, and empty where none does. */
    Held system(byte[] json, int from, int to) throws IOException {
        changed = false;
        Held kept = blocks(JsonWalk.overPart(json, from, to));
        return changed ? kept : null;
    }

    /** The messages; null where they stay as they are. */
    Held messages(byte[] json, int from, int to) throws IOException {
        JsonWalk walk = JsonWalk.overPart(json, from, to);
        walk.next();
        boolean any = false;
        Held out = new Held(takes);
        int copied = from;
        while (walk.next() != JsonToken.END_ARRAY) {
            message.read(walk);
            if (message.kind("content") != JsonToken.START_ARRAY) {
                continue;
            }
            changed = false;
            Held kept = blocks(message.walk("content"));
            if (changed) {
                any = true;
                out.add(json, copied, message.start("content"));
                copied = message.end("content");
                // Nothing but thinking: an empty text would be refused as no text at all is.
                out.add(kept.isEmpty() ? "[{\"type\":\"text\",\"text\":\"(no text)\"}]" : "").add(kept);
            }
        }
        return any ? out.add(json, copied, to) : null;
    }

    private Held blocks(JsonWalk walk) throws IOException {
        Held out = new Held(takes);
        walk.next();
        while (walk.next() != JsonToken.END_ARRAY) {
            int from = walk.start();
            if (walk.token() != JsonToken.START_OBJECT) {
                walk.skip();
                out.add(out.isEmpty() ? "[" : ",").add(walk.json(), from, walk.end());
                continue;
            }
            block.read(walk);
            if (isForNobody()) {
                changed = true;
            } else {
                keep(out.add(out.isEmpty() ? "[" : ","));
            }
        }
        return out.isEmpty() ? out : out.add("]");
    }

    private boolean isForNobody() {
        return block.word("signature").startsWith(ThinkingMark.PREFIX)
                || block.is("type", "text") && block.word("text").startsWith(MessageList.BILLING);
    }

    private void keep(Held out) {
        String field = block.is("type", "tool_use") ? "id" : block.is("type", "tool_result") ? "tool_use_id" : "";
        if (field.isEmpty() || isLegal(field)) {
            out.add(block.json(), block.from(), block.to());
            return;
        }
        changed = true;
        String id = block.text(field);
        takes.accept(COPIES * id.length());
        out.add(block.json(), block.from(), block.start(field)).writeBytes(Json.literal(
                ILLEGAL.matcher(id).replaceAll("_") + "_" + Integer.toHexString(id.hashCode())));
        out.add(block.json(), block.end(field), block.to());
    }

    private boolean isLegal(String field) {
        if (!block.isText(field)) {
            return true;
        }
        for (int at = block.start(field) + 1; at < block.end(field) - 1; at++) {
            byte b = block.json()[at];
            if (!(b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_' || b == '-')) {
                return false;
            }
        }
        return true;
    }
}
