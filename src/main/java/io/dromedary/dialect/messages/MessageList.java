package io.dromedary.dialect.messages;

import java.io.IOException;
import java.util.function.LongConsumer;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.Dropped;
import io.dromedary.dialect.Held;
import io.dromedary.dialect.Slots;
import io.dromedary.json.JsonWalk;

/** Reads the messages and the system prompt of a request. Texts, inputs and data keep their bytes. */
final class MessageList {

    /** Begins a text with which Claude Code marks its bill; another one in each session, so that no cache holds. */
    static final String BILLING = "x-anthropic-billing-header:";

    private final Slots message = new Slots("role", "content");
    private final Slots block = new Slots("type", "text", "id", "name", "input", "tool_use_id", "content", "is_error",
            "source", "title", "context", "thinking", "signature", "cache_control");
    private final Held systemText;
    private final Place place = new Place("messages");
    private final ChatTurns turns;
    private final ToolList tools;
    private final Dropped dropped;
    private final String kept;
    private final BlockTexts blocks;
    private final ToolResult results;

    /**
     * @param kept the signature of thinking that goes upstream as reasoning; null where none does
     */
    MessageList(ChatTurns turns, ToolList tools, Dropped dropped, String kept, LongConsumer takes) {
        this.turns = turns;
        this.tools = tools;
        this.dropped = dropped;
        this.kept = kept;
        this.systemText = new Held(takes);
        this.blocks = new BlockTexts(dropped, place);
        this.results = new ToolResult(blocks, tools, dropped, place);
    }

    /** Reads the field {@code system}, at whose value {@code walk} stands. */
    void system(JsonWalk walk) throws IOException {
        if (walk.token() == JsonToken.START_OBJECT || walk.token().isScalarValue()
                && walk.token() != JsonToken.VALUE_STRING) {
            throw ApiError.badRequest("invalid_type", "system",
                    "system: Input should be a valid string or a list of text blocks");
        }
        systemTexts(walk);
        if (!systemText.isEmpty()) {
            turns.system(systemText);
        }
    }

    /** Reads the field {@code messages}, at whose value {@code walk} stands. */
    void read(JsonWalk walk) throws IOException {
        while (walk.next() != JsonToken.END_ARRAY) {
            place.nextMessage();
            if (walk.token() != JsonToken.START_OBJECT) {
                throw place.refuse("", "Input should be a valid dictionary or object");
            }
            message.read(walk);
            JsonToken content = message.kind("content");
            if (content != null && content != JsonToken.VALUE_STRING && content != JsonToken.START_ARRAY) {
                throw place.refuse("content", "Input should be a valid string or a list of blocks");
            }
            switch (message.word("role")) {
                case "system" -> reminder();
                case "assistant" -> assistant();
                // Templates of models have two more words for what is neither the assistant nor the system.
                case "user", "ctx", "msg" -> user();
                default -> throw place.refuse("role", "Input should be 'user', 'assistant' or 'system'");
            }
        }
    }

    private void reminder() throws IOException {
        if (!message.has("content")) {
            return;
        }
        JsonWalk walk = message.walk("content");
        walk.next();
        systemTexts(walk);
        if (!systemText.isEmpty()) {
            turns.reminder(systemText);
        }
    }

    /** Reads a text, or the texts of a list of blocks, with an empty line between them. */
    private void systemTexts(JsonWalk walk) throws IOException {
        systemText.clear();
        if (walk.token() == JsonToken.VALUE_STRING) {
            systemText(walk);
        }
        if (walk.token() != JsonToken.START_ARRAY) {
            return;
        }
        while (walk.next() != JsonToken.END_ARRAY) {
            if (walk.token() != JsonToken.START_OBJECT) {
                walk.skip();
                continue;
            }
            block.read(walk);
            tellMarks();
            if (block.isText("text")) {
                JsonWalk text = block.walk("text");
                text.next();
                systemText(text);
            } else {
                BlockTexts.tell(dropped, block);
            }
        }
    }

    private void systemText(JsonWalk text) {
        if (text.hasText() && !text.beginning(BILLING.length()).equals(BILLING)) {
            systemText.add(systemText.isEmpty() ? "" : "\\n\\n")
                    .add(text.json(), text.start() + 1, text.end() - 1);
        }
    }

    private void tellMarks() {
        if (block.has("cache_control")) {
            dropped.add("cache_control");
        }
    }

    private void user() throws IOException {
        turns.beginUser();
        if (message.hasText("content")) {
            turns.user().text().inside(message, "content");
        } else if (message.kind("content") == JsonToken.START_ARRAY) {
            JsonWalk walk = message.walk("content");
            walk.next();
            while (nextBlock(walk)) {
                userBlock();
            }
        }
        turns.endUser();
    }

    private boolean nextBlock(JsonWalk walk) throws IOException {
        if (walk.next() == JsonToken.END_ARRAY) {
            return false;
        }
        place.nextBlock();
        if (walk.token() != JsonToken.START_OBJECT) {
            throw place.refuse("", "Input should be a valid dictionary or object");
        }
        block.read(walk);
        tellMarks();
        return true;
    }

    private void userBlock() throws IOException {
        UserContent user = turns.user();
        switch (block.word("type")) {
            case "tool_result" -> results.read(block, turns);
            case "image" -> blocks.picture(block, user);
            case "document" -> blocks.document(block, user.text(), turns.pictures());
            case "search_result" -> blocks.searchResult(block, user.text(), turns.pictures());
            default -> {
                if (block.hasText("text")) {
                    user.text().inside(block, "text");
                } else {
                    tellBlock();
                }
            }
        }
    }

    /** An empty text is nothing to tell: clients keep such ones in their histories. */
    private void tellBlock() {
        if (!block.is("type", "text")) {
            BlockTexts.tell(dropped, block);
        }
    }

    private void assistant() throws IOException {
        AssistantTurn turn = turns.beginAssistant();
        if (message.hasText("content")) {
            turn.text().inside(message, "content");
        } else if (message.kind("content") == JsonToken.START_ARRAY) {
            JsonWalk walk = message.walk("content");
            walk.next();
            while (nextBlock(walk)) {
                assistantBlock(turn);
            }
        }
        turns.endAssistant(turn);
    }

    private void assistantBlock(AssistantTurn turn) {
        switch (block.word("type")) {
            case "tool_use" -> call(turn);
            case "thinking" -> {
                if (kept != null && block.hasText("thinking") && block.is("signature", kept)) {
                    turn.reasoning().inside(block, "thinking");
                }
            }
            case "redacted_thinking" -> { }
            case "compaction" -> {
                if (block.hasText("content")) {
                    turn.text().inside(block, "content");
                }
            }
            default -> {
                if (block.hasText("text")) {
                    turn.text().inside(block, "text");
                } else {
                    tellBlock();
                }
            }
        }
    }

    private void call(AssistantTurn turn) {
        if (!block.hasText("id")) {
            throw place.refuse("id", "Field required");
        }
        if (!block.hasText("name")) {
            throw place.refuse("name", "Field required");
        }
        if (block.has("input") && block.kind("input") != JsonToken.START_OBJECT) {
            throw place.refuse("input", "Input should be a valid dictionary");
        }
        tools.mention(block, "name");
        turn.call(block);
    }
}
