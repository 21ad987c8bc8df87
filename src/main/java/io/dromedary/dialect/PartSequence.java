package io.dromedary.dialect;

import java.io.IOException;
import java.util.function.LongConsumer;

import io.dromedary.client.UpstreamFailed;
import io.dromedary.json.TokenUsage;

/**
 * Turns the chunks of a chat completion's stream, or a whole completion, into parts that come one after the other, and
 * mends on the way what servers get wrong: fragments of several calls in turns, calls without index or id, line ends
 * between calls, a {@code finish_reason} that denies the calls, reasoning under two names, usage anywhere or nowhere.
 * Only the first choice is told. Used by one thread at a time.
 */
public final class PartSequence {

    /** What blank text may take while it waits, in characters, before it is counted. */
    private static final int SMALL = 4 * 1024;

    private final AnswerParts parts;
    private final LongConsumer takes;
    private final ToolCalls calls;
    private final StringBuilder blank = new StringBuilder();
    private final ReasoningTags tags;
    private AnswerParts.Kind open;
    private boolean begun;
    private boolean told;
    private String half = "";
    private String finish = "";
    private String sequence;
    private TokenUsage usage = TokenUsage.NONE;

    /**
     * @param parts takes the answer
     * @param takes is told how much memory is about to be taken for what must wait, in bytes; it may throw
     */
    public PartSequence(AnswerParts parts, LongConsumer takes) {
        this(parts, new Telling("", false, takes));
    }

    /**
     * @param parts   takes the answer
     * @param telling how it is told
     */
    public PartSequence(AnswerParts parts, Telling telling) {
        LongConsumer takes = telling.takes();
        this.tags = telling.reasoningInTags()
                ? new ReasoningTags(piece -> part(AnswerParts.Kind.REASONING, piece), this::text, takes) : null;
        this.parts = parts;
        this.takes = takes;
        this.calls = new ToolCalls(parts, takes);
    }

    /**
     * Takes a chunk of a stream, or a whole completion.
     *
     * @param json an object, or the word null
     * @throws UpstreamFailed if it is nothing of these, or cannot be told
     */
    public void take(byte[] json) {
        try {
            take(ChatDelta.read(json));
        } catch (IOException e) {
            throw UpstreamFailed.unreadable("the answer is not JSON");
        }
    }

    private void take(ChatDelta delta) {
        usage = delta.usage() == null ? usage : delta.usage();
        sequence = delta.sequence() == null ? sequence : delta.sequence();
        if (!begun || !delta.whole()) {
            content(delta);
        }
        if (!delta.finish().isEmpty()) {
            endTags();
            finish = delta.finish();
            close();
        }
    }

    private void content(ChatDelta delta) {
        part(AnswerParts.Kind.REASONING, delta.reasoning());
        content(delta.text());
        part(AnswerParts.Kind.REFUSAL, delta.refusal());
        for (ChatDelta.CallFragment fragment : delta.calls()) {
            call(fragment);
        }
    }

    private void content(String text) {
        if (tags == null) {
            text(text);
        } else {
            tags.take(text);
        }
    }

    private void endTags() {
        if (tags != null) {
            tags.end();
        }
    }

    /** Blank text counts only beside other text: servers write line ends before and between calls of tools. */
    private void text(String text) {
        if (text.isBlank() && open != AnswerParts.Kind.TEXT) {
            if (blank.length() + text.length() > SMALL) {
                takes.accept(2L * Character.BYTES * text.length());
            }
            blank.append(text);
            return;
        }
        if (open != AnswerParts.Kind.TEXT && !blank.isEmpty()) {
            String before = blank.toString();
            blank.setLength(0);
            part(AnswerParts.Kind.TEXT, before + text);
        } else {
            part(AnswerParts.Kind.TEXT, text);
        }
    }

    private void part(AnswerParts.Kind kind, String piece) {
        if (piece.isEmpty()) {
            return;
        }
        if (open != kind) {
            close();
            begin();
            parts.open(kind);
            open = kind;
        }
        told = true;
        grow(piece);
    }

    /** Half of a surrogate pair waits for the other: UTF-8 has no half ones. */
    private void grow(String piece) {
        String all = half + piece;
        boolean split = Character.isHighSurrogate(all.charAt(all.length() - 1));
        half = split ? all.substring(all.length() - 1) : "";
        String ready = split ? all.substring(0, all.length() - 1) : all;
        if (!ready.isEmpty()) {
            parts.grow(ready);
        }
    }

    private void call(ChatDelta.CallFragment fragment) {
        if (open != null) {
            close();
        }
        calls.take(fragment);
        begin();
        blank.setLength(0);
        calls.advance();
    }

    private void begin() {
        if (!begun) {
            begun = true;
            parts.begin();
        }
    }

    /** Ends what is open. */
    private void close() {
        if (open != null) {
            if (!half.isEmpty()) {
                parts.grow(half);
                half = "";
            }
            parts.close();
            open = null;
        }
        calls.end(!finish.equals("length"));
    }

    /** The answer is whole: ends what is open, and the answer. */
    public void end() {
        endTags();
        if (!told && !calls.any() && !blank.isEmpty()) {
            part(AnswerParts.Kind.TEXT, blank.toString());
        }
        begin();
        close();
        AnswerParts.Stop stop = stop();
        parts.end(stop, stop == AnswerParts.Stop.STOP_SEQUENCE ? sequence : null, usage);
    }

    /** By what was seen: {@code stop} is said of calls of tools, too. */
    private AnswerParts.Stop stop() {
        return switch (finish) {
            case "length" -> AnswerParts.Stop.LENGTH;
            case "content_filter" -> AnswerParts.Stop.FILTER;
            default -> calls.any() ? AnswerParts.Stop.CALLS
                    : sequence != null ? AnswerParts.Stop.STOP_SEQUENCE : AnswerParts.Stop.END;
        };
    }
}
