package io.dromedary.dialect.responses;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;

import io.dromedary.dialect.Held;
import io.dromedary.json.Json;

/**
 * The messages with the results of one turn's calls, which stand right behind the calls. A call without a result, as an
 * interrupted turn leaves it, gets one that says so: servers refuse it otherwise. A tool's message is text everywhere,
 * so its pictures and files are for the user's message behind all of them.
 */
final class ToolResults implements ContentSink {

    private static final byte[] NO_RESULT = Held.ascii("[no result]");
    /** What a call takes that is kept in mind, beside its id. */
    private static final int ENTRY = 160;

    private final LongConsumer takes;
    /** Whether each call has its result. */
    private Map<String, Boolean> known = new LinkedHashMap<>();
    private final Held messages;
    private final Held pictures;
    private int missing;
    private boolean open;
    private boolean text;

    ToolResults(LongConsumer takes) {
        this.takes = takes;
        this.messages = new Held(takes);
        this.pictures = new Held(takes);
    }

    /** A call is made; false where there is one of that id. */
    boolean expect(String id) {
        if (known.containsKey(id)) {
            return false;
        }
        takes.accept(ENTRY + 2L * id.length());
        known.put(id, false);
        missing++;
        return true;
    }

    /** Whether a call has no result yet. */
    boolean missing() {
        return missing > 0;
    }

    /** The calls that have no result yet, and those that have. */
    Map<String, Boolean> known() {
        return known;
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    /** The result of that call begins; false where none is expected. */
    boolean begin(String id) {
        if (!Boolean.FALSE.equals(known.get(id))) {
            return false;
        }
        known.put(id, true);
        missing--;
        close();
        messages.add(messages.isEmpty() ? "" : ",").add("{\"role\":\"tool\",\"tool_call_id\":")
                .writeBytes(Json.literal(id));
        messages.add(",\"content\":\"");
        open = true;
        text = false;
        return true;
    }

    @Override
    public void text(byte[] json, int from, int to) {
        if (from < to) {
            messages.add(text ? "\\n" : "").add(json, from, to);
            text = true;
        }
    }

    @Override
    public Held part(String mark) {
        byte[] word = Held.ascii(mark);
        text(word, 0, word.length);
        return pictures.add(pictures.isEmpty() ? "" : ",");
    }

    private void close() {
        if (open) {
            messages.add("\"}");
            open = false;
        }
    }

    /** All results are there; {@code more} is said behind the last one, if there is one. */
    void end(Held more) {
        if (missing > 0) {
            for (Map.Entry<String, Boolean> call : known.entrySet()) {
                if (!call.getValue() && begin(call.getKey())) {
                    text(NO_RESULT, 0, NO_RESULT.length);
                }
            }
        }
        if (open && !more.isEmpty()) {
            messages.add(text ? "\\n\\n" : "").add(more);
            more.clear();
        }
        close();
    }

    Held messages() {
        return messages;
    }

    Held pictures() {
        return pictures;
    }

    void clear() {
        known = new LinkedHashMap<>(); // to clear it would take as long as the largest turn before
        messages.clear();
        pictures.clear();
        missing = 0;
    }
}
