package io.dromedary.dialect.responses;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongConsumer;

import io.dromedary.dialect.AnswerParts;
import io.dromedary.dialect.Held;
import io.dromedary.json.Json;
import io.dromedary.json.TokenUsage;

/**
 * Makes the items of an answer out of its parts: one item of each part, of each call one. The whole output is kept, for
 * the last event and the plain answer have all of it.
 */
final class AnswerItems implements AnswerParts {

    /** So many times an item is written when it is whole: to the output and, in a stream, in three events. */
    private static final int COPIES = 4;
    private static final int SMALL = 4 * 1024;

    private final ResponseIds ids;
    private final ToolNames names;
    private final Function<byte[], String> seal;
    private final ItemEvents events;
    private final LongConsumer takes;
    private final Held output;
    private final Held text;
    private OutputItem item;
    /** A custom tool's arguments, which are unpacked when they are whole. */
    private StringBuilder arguments;
    private int count;
    private Stop stop = Stop.END;
    private TokenUsage usage = TokenUsage.NONE;

    /**
     * An answer without items.
     *
     * @param seal seals what was thought; null where it is not to be sealed
     */
    AnswerItems(ResponseIds ids, ToolNames names, Function<byte[], String> seal, ItemEvents events,
            LongConsumer takes) {
        this.ids = ids;
        this.names = names;
        this.seal = seal;
        this.events = events;
        this.takes = takes;
        this.output = new Held(takes);
        this.text = new Held(takes);
    }

    @Override
    public void begin() {
        events.begun();
    }

    private void add(ItemKind kind, String callId, ToolNames.Tool tool) {
        finish("completed");
        item = new OutputItem(kind, ids.item(kind, count), count, callId, tool, text);
        Held first = new Held(takes);
        item.first(first);
        events.added(item, first.copied());
    }

    private void append(byte[] literal) {
        text.add(literal, 1, literal.length - 1);
        events.grown(item, literal);
    }

    private void finish(String status) {
        if (item == null) {
            return;
        }
        if (text.size() > SMALL) {
            takes.accept((long) COPIES * text.size());
        }
        String sealed = item.kind() == ItemKind.REASONING && seal != null ? seal.apply(text.copied()) : null;
        output.add(count == 0 ? "" : ",");
        int from = output.size();
        item.last(output, status, sealed);
        events.done(item, output, from);
        count++;
        item = null;
        text.clear();
    }

    @Override
    public void open(Kind kind) {
        add(switch (kind) {
            case REASONING -> ItemKind.REASONING;
            case TEXT -> ItemKind.TEXT;
            case REFUSAL -> ItemKind.REFUSAL;
        }, "", null);
    }

    @Override
    public void grow(String piece) {
        append(Json.literal(piece));
    }

    /** A message waits for what comes next: that the answer was cut in it is known at its end only. */
    @Override
    public void close() {
        if (item.kind() == ItemKind.REASONING) {
            finish("completed");
        }
    }

    @Override
    public void openCall(String id, String name) {
        ToolNames.Tool tool = names.called(name);
        String callId = id.isEmpty() ? "call_" + UUID.randomUUID().toString().replace("-", "") : id;
        add(tool.custom() ? ItemKind.CUSTOM : ItemKind.FUNCTION, callId, tool);
        arguments = tool.custom() ? new StringBuilder() : null;
    }

    @Override
    public void arguments(String piece) {
        if (arguments == null) {
            append(Json.literal(piece));
        } else {
            if (piece.length() > SMALL || arguments.length() > SMALL) {
                takes.accept((long) Character.BYTES * piece.length());
            }
            arguments.append(piece);
        }
    }

    @Override
    public void closeCall(boolean whole) {
        if (arguments != null) {
            takes.accept((long) COPIES * arguments.length());
            byte[] input = CustomInput.of(arguments.toString().getBytes(StandardCharsets.UTF_8));
            arguments = null;
            append(input);
        }
        finish(whole ? "completed" : "incomplete");
    }

    @Override
    public void end(Stop why, String sequence, TokenUsage used) {
        stop = why;
        usage = used;
        finish(why == Stop.LENGTH || why == Stop.FILTER ? "incomplete" : "completed");
        if (count == 0 && why != Stop.LENGTH && why != Stop.FILTER) {
            open(Kind.TEXT);
            finish("completed");
        }
    }

    /** The items that are whole, with commas between them. */
    Held output() {
        return output;
    }

    /** Why the answer ended. */
    Stop stop() {
        return stop;
    }

    /** What it cost. */
    TokenUsage usage() {
        return usage;
    }
}
