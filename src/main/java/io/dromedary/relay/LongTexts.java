package io.dromedary.relay;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.json.JsonWalk;

/**
 * Finds the texts of a whole completion's choices that a stream brings in pieces, since an event has a limit that an
 * answer may pass: what stands in a {@code message}, whatever its name, and the {@code text} of a text completion.
 */
final class LongTexts {

    /** How many bytes a piece has at most, but for a part of a character. No event of it counts as a large one. */
    static final int PIECE = 32 * 1024;
    /** A name stands with each piece: a text with a longer one stays whole. */
    private static final int LONGEST_NAME = 64;
    private static final int LONGEST_INDEX = 10;

    private final JsonWalk walk;
    private final List<Text> found = new ArrayList<>();

    private LongTexts(byte[] answer, int from, int to) {
        walk = JsonWalk.overAnswer(answer, from, to);
    }

    /**
     * One long text: offsets in the answer.
     *
     * @param choice   what its choice says as its index; 0 where it does not
     * @param message  whether it stands in a message
     * @param name     where its name begins, with the quote
     * @param nameEnd  behind its name
     * @param start    where it begins, with the quote
     * @param last     where its last piece begins
     */
    record Text(long choice, boolean message, int name, int nameEnd, int start, int last) {
    }

    /** Those between {@code from} and {@code to}, where the list of choices stands, in their order. */
    static List<Text> of(byte[] answer, int from, int to) throws IOException {
        LongTexts texts = new LongTexts(answer, from, to);
        if (to - from > PIECE) {
            texts.find();
        }
        return texts.found;
    }

    private void find() throws IOException {
        walk.next();
        while (walk.next() != JsonToken.END_ARRAY) {
            if (walk.token() == JsonToken.START_OBJECT) {
                choice();
            } else {
                walk.skip();
            }
        }
    }

    private void choice() throws IOException {
        int first = found.size();
        long index = 0;
        while (walk.next() == JsonToken.FIELD_NAME) {
            String name = walk.name("index", "message", "text");
            int begin = walk.start();
            int end = walk.end();
            walk.next();
            if (name.equals("message") && walk.token() == JsonToken.START_OBJECT) {
                message();
            } else if (name.equals("index") && walk.end() - walk.start() <= LONGEST_INDEX) {
                index = Math.max(0, walk.whole(0));
            } else if (name.equals("text")) {
                add(false, begin, end);
            }
            walk.skip();
        }
        // The index may stand behind the texts.
        for (int i = first; i < found.size() && index > 0; i++) {
            Text text = found.get(i);
            found.set(i, new Text(index, text.message, text.name, text.nameEnd, text.start, text.last));
        }
    }

    private void message() throws IOException {
        while (walk.next() == JsonToken.FIELD_NAME) {
            boolean role = walk.is("role");
            int begin = walk.start();
            int end = walk.end();
            walk.next();
            if (!role) {
                add(true, begin, end);
            }
            walk.skip();
        }
    }

    private void add(boolean message, int name, int nameEnd) {
        if (walk.token() == JsonToken.VALUE_STRING && walk.end() - walk.start() > PIECE + 2
                && nameEnd - name <= LONGEST_NAME) {
            found.add(new Text(0, message, name, nameEnd, walk.start(), last(walk.start() + 1, walk.end() - 1)));
        }
    }

    private int last(int begin, int end) {
        int from = begin;
        for (int to = endOfPiece(walk.json(), from); to < end; to = endOfPiece(walk.json(), from)) {
            from = to;
        }
        return from;
    }

    /**
     * Where the piece ends that begins at {@code from} in a text: not within a character or an escape, nor between the
     * escapes of two halves of one character; behind the text if that ends before.
     */
    static int endOfPiece(byte[] json, int from) {
        int next = from;
        int whole = from;
        while (json[next] != '"' && next - from < PIECE) {
            boolean half = isFirstHalf(json, next);
            next += JsonWalk.length(json, next);
            whole = half ? whole : next;
        }
        return json[next] == '"' || whole == from ? next : whole;
    }

    /** Whether an escape begins there that stands for the first half of a surrogate pair. */
    private static boolean isFirstHalf(byte[] json, int at) {
        return json[at] == '\\' && json[at + 1] == 'u' && (json[at + 2] | 0x20) == 'd'
                && "89abAB".indexOf(json[at + 3]) >= 0;
    }
}
