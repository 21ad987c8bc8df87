package io.dromedary.json;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import com.fasterxml.jackson.core.JsonToken;

/**
 * Walks over JSON token by token and makes nothing of what it passes: texts, names and numbers take no memory, however
 * many there are, and a long text is looked at eight bytes at a time. Jackson's parser keeps each field's name that it
 * has seen and copies each text that it is asked about ({@code ByteQuadsCanonicalizer}, {@code TextBuffer}): five
 * million fields of one answer are a gigabyte there. Jackson makes the trees of what is small: {@link Json#tree}.
 *
 * <p>The grammar is RFC 8259's and the encoding RFC 3629's, both held to strictly; a byte order mark at the beginning
 * is passed over. Bounded as Jackson is: 1,000 levels, 50,000 bytes of a name, 1,000 of a number. Not safe for several
 * threads.
 */
public final class JsonWalk {

    private static final int DEEPEST = 1000;
    private static final int LONGEST_NAME = 50_000;
    private static final int LONGEST_NUMBER = 1000;
    private static final int LONGEST_ESCAPE = 6;
    /** After so many bytes, others have a turn: a few processors carry all virtual threads, and none is cut short. */
    private static final int TURN = 256 * 1024;
    private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final byte[] json;
    private int from;
    private int limit;
    private final boolean notNumbers;
    /** A bit for each level, set for an object. */
    private long[] objects = new long[1];
    private int depth;
    private int at;
    private int turnEnds;
    private boolean begun;
    private JsonToken token;
    private int start;
    private int end;

    private JsonWalk(byte[] json, int from, int limit, boolean notNumbers) {
        this.json = json;
        this.notNumbers = notNumbers;
        restart(from, limit);
    }

    /** Begins anew, over another part of the same bytes. */
    public void restart(int first, int last) {
        from = first;
        limit = last;
        depth = 0;
        begun = false;
        token = null;
        turnEnds = first + TURN;
        at = limit - from >= BOM.length && Arrays.equals(json, from, from + BOM.length, BOM, 0, BOM.length)
                ? from + BOM.length : from;
    }

    /** Over what a client has sent. */
    public static JsonWalk over(byte[] json) {
        return new JsonWalk(json, 0, json.length, false);
    }

    /** The same over a part of {@code json}; offsets count from the array's beginning. */
    public static JsonWalk overPart(byte[] json, int from, int to) {
        return new JsonWalk(json, from, to, false);
    }

    /**
     * Over what an upstream has sent, which may hold NaN and Infinity: Python's servers write them for a log
     * probability of zero.
     */
    public static JsonWalk overAnswer(byte[] json) {
        return overAnswer(json, 0, json.length);
    }

    /** The same over a part of {@code json}; offsets count from the array's beginning. */
    public static JsonWalk overAnswer(byte[] json, int from, int to) {
        return new JsonWalk(json, from, to, true);
    }

    /**
     * Goes to the next token.
     *
     * @return null behind the last one
     * @throws BadJson     if it is no JSON from there on
     * @throws BeyondLimit if a bound is passed there
     */
    public JsonToken next() throws IOException {
        if (at > turnEnds) {
            turnEnds = at + TURN;
            Thread.yield();
        }
        int next = space(at);
        if (depth == 0) {
            if (!begun) {
                begun = true;
                return value(next);
            }
            if (next < limit) {
                throw bad(next);
            }
            token = null;
            return null;
        }
        boolean object = inObject();
        if (token == JsonToken.FIELD_NAME) {
            return value(next);
        }
        byte close = (byte) (object ? '}' : ']');
        byte found = byteAt(next);
        if (found == close && token != null) {
            return closes(next, object);
        }
        if (!token.isStructStart()) {
            if (found != ',') {
                throw bad(next);
            }
            next = space(next + 1);
        }
        return object ? name(next) : value(next);
    }

    /** The token at which it stands; null before the first one and behind the last one. */
    public JsonToken token() {
        return token;
    }

    /** Where that token begins: a name's or a text's quote, too. */
    public int start() {
        return start;
    }

    /** Behind its last byte. */
    public int end() {
        return end;
    }

    /** In how many arrays and objects it stands. */
    public int depth() {
        return depth;
    }

    /**
     * From the beginning of an array or object to its end, which is the token then; nothing at any other token.
     *
     * @throws IOException as {@link #next} does
     */
    public void skip() throws IOException {
        if (token != null && token.isStructStart()) {
            int outside = depth - 1;
            while (depth > outside) {
                next();
            }
        }
    }

    /**
     * To the end of all of it.
     *
     * @throws IOException as {@link #next} does
     */
    public void requireEnd() throws IOException {
        while (next() != null) {
            continue;
        }
    }

    /** Before the first token: whether there is nothing but white space. */
    boolean isEmpty() {
        return space(at) == limit;
    }

    /** Behind the last token: whether anything follows that is no white space. */
    boolean hasMore() {
        return space(at) < limit;
    }

    /** Whether the token is a text that is not empty. */
    public boolean hasText() {
        return token == JsonToken.VALUE_STRING && end - start > 2;
    }

    /** Whether the text, or the name, is {@code text}. */
    public boolean is(String text) {
        return isText(start + 1, end - 1, text);
    }

    /** What it walks over. */
    public byte[] json() {
        return json;
    }

    /** A copy of the bytes between those offsets. */
    public byte[] bytes(int first, int last) {
        return Arrays.copyOfRange(json, first, last);
    }

    /** Appends the bytes between those offsets. */
    public void write(ByteArrayOutputStream out, int first, int last) {
        out.write(json, first, last - first);
    }

    /** The beginning of what the text says: so many of its bytes at most, but no part of a character. */
    public String beginning(int most) {
        int last = Math.min(end - 1, start + 1 + most);
        int to = start + 1;
        for (int next = to; next <= last; next += length(json, next)) {
            to = next;
        }
        return decoded(json, start + 1, to);
    }

    /** How many bytes the character has, or the escape, that begins there in a valid text. */
    public static int length(byte[] json, int first) {
        int lead = json[first] & 0xFF;
        if (lead == '\\') {
            return json[first + 1] == 'u' ? LONGEST_ESCAPE : 2;
        }
        return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    }

    /**
     * Which of {@code known} the name is; empty where it is another one. Makes no text of it.
     */
    public String name(String... known) {
        for (String name : known) {
            if (is(name)) {
                return name;
            }
        }
        return "";
    }

    /** What the text or the name says. As long as it is written: for what is known to be short. */
    public String text() {
        return decoded(json, start + 1, end - 1);
    }

    /** The number, where it is a whole one that fits; else {@code otherwise}. */
    public long whole(long otherwise) {
        if (token != JsonToken.VALUE_NUMBER_INT || end - start > 18) {
            return otherwise;
        }
        return Long.parseLong(new String(json, start, end - start, StandardCharsets.US_ASCII));
    }

    /** Whether the number is zero. */
    public boolean isZero() {
        for (int digit = start; digit < end && (json[digit] | 0x20) != 'e'; digit++) {
            if (json[digit] >= '1') {
                return false;
            }
        }
        return true;
    }

    private boolean isText(int first, int last, String text) {
        if (last - first < text.length() || last - first > LONGEST_ESCAPE * text.length()) {
            return false;
        }
        for (int i = 0; i < last - first; i++) {
            byte b = json[first + i];
            if (b == '\\' || b < 0) {
                return decoded(json, first, last).equals(text);
            }
            if (i == text.length() || b != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** What the inside of a text says that is known to be valid. */
    static String decoded(byte[] json, int first, int last) {
        int plain = first;
        while (plain < last && json[plain] != '\\') {
            plain++;
        }
        if (plain == last) {
            return new String(json, first, last - first, StandardCharsets.UTF_8);
        }
        StringBuilder text = new StringBuilder(last - first);
        int run = first;
        for (int escape = plain; escape < last; escape++) {
            if (json[escape] != '\\') {
                continue;
            }
            text.append(new String(json, run, escape - run, StandardCharsets.UTF_8));
            byte kind = json[escape + 1];
            if (kind == 'u') {
                text.append((char) Integer.parseInt(
                        new String(json, escape + 2, 4, StandardCharsets.US_ASCII), 16));
                escape += 5;
            } else {
                int which = "bfnrt".indexOf(kind);
                text.append(which < 0 ? (char) kind : "\b\f\n\r\t".charAt(which));
                escape++;
            }
            run = escape + 1;
        }
        return text.append(new String(json, run, last - run, StandardCharsets.UTF_8)).toString();
    }

    private JsonToken value(int first) throws IOException {
        switch (byteAt(first)) {
            case '{':
                return opens(first, true);
            case '[':
                return opens(first, false);
            case '"':
                return found(JsonToken.VALUE_STRING, first, string(first));
            case 't':
                return found(JsonToken.VALUE_TRUE, first, word(first, "true"));
            case 'f':
                return found(JsonToken.VALUE_FALSE, first, word(first, "false"));
            case 'n':
                return found(JsonToken.VALUE_NULL, first, word(first, "null"));
            default:
                return number(first);
        }
    }

    private JsonToken name(int first) throws IOException {
        if (byteAt(first) != '"') {
            throw bad(first);
        }
        int last = string(first);
        if (last - first > LONGEST_NAME) {
            throw new BeyondLimit("a field's name has more than " + LONGEST_NAME + " bytes");
        }
        if (!hasWholeCharacters(first + 1, last - 1)) {
            throw bad(first);
        }
        int colon = space(last);
        if (byteAt(colon) != ':') {
            throw bad(colon);
        }
        found(JsonToken.FIELD_NAME, first, last);
        at = colon + 1;
        return token;
    }

    /**
     * Whether no escape in a valid text stands for half of a surrogate pair. RFC 8259 has it, UTF-8 cannot say it, and
     * no two readers make the same name of it; in values it is the upstream's to read.
     */
    private boolean hasWholeCharacters(int first, int last) {
        for (int next = first; next < last; next++) {
            if (json[next] != '\\') {
                continue;
            }
            if (json[next + 1] != 'u') {
                next++;
                continue;
            }
            char unit = unit(next);
            next += LONGEST_ESCAPE - 1;
            if (Character.isHighSurrogate(unit) && next + LONGEST_ESCAPE < last && json[next + 1] == '\\'
                    && json[next + 2] == 'u' && Character.isLowSurrogate(unit(next + 1))) {
                next += LONGEST_ESCAPE;
            } else if (Character.isSurrogate(unit)) {
                return false;
            }
        }
        return true;
    }

    private char unit(int escape) {
        return (char) Integer.parseInt(new String(json, escape + 2, 4, StandardCharsets.US_ASCII), 16);
    }

    private int string(int quote) throws BadJson {
        int last = StringScan.end(json, quote + 1, limit);
        if (last == StringScan.NONE) {
            throw bad(quote);
        }
        return last;
    }

    private int word(int first, String word) throws BadJson {
        for (int i = 0; i < word.length(); i++) {
            if (byteAt(first + i) != word.charAt(i)) {
                throw bad(first);
            }
        }
        return first + word.length();
    }

    private JsonToken number(int first) throws IOException {
        boolean negative = byteAt(first) == '-';
        int digit = negative ? first + 1 : first;
        if (notNumbers && byteAt(digit) == 'I') {
            return found(JsonToken.VALUE_NUMBER_FLOAT, first, word(digit, "Infinity"));
        }
        if (notNumbers && byteAt(first) == 'N') {
            return found(JsonToken.VALUE_NUMBER_FLOAT, first, word(first, "NaN"));
        }
        int last = byteAt(digit) == '0' ? digit + 1 : digits(digit);
        boolean whole = true;
        if (byteAt(last) == '.') {
            whole = false;
            last = digits(last + 1);
        }
        if ((byteAt(last) | 0x20) == 'e') {
            whole = false;
            boolean signed = byteAt(last + 1) == '-' || byteAt(last + 1) == '+';
            last = digits(signed ? last + 2 : last + 1);
        }
        if (last - first > LONGEST_NUMBER) {
            throw new BeyondLimit("a number has more than " + LONGEST_NUMBER + " digits");
        }
        return found(whole ? JsonToken.VALUE_NUMBER_INT : JsonToken.VALUE_NUMBER_FLOAT, first, last);
    }

    private int digits(int first) throws BadJson {
        int digit = first;
        while (byteAt(digit) >= '0' && byteAt(digit) <= '9') {
            digit++;
        }
        if (digit == first) {
            throw bad(first);
        }
        return digit;
    }

    private JsonToken opens(int first, boolean object) throws BeyondLimit {
        if (depth == DEEPEST) {
            throw new BeyondLimit("it is nested more than " + DEEPEST + " levels deep");
        }
        int word = depth >> 6;
        if (word == objects.length) {
            objects = Arrays.copyOf(objects, 2 * word);
        }
        long bit = 1L << (depth & 63);
        objects[word] = object ? objects[word] | bit : objects[word] & ~bit;
        depth++;
        return found(object ? JsonToken.START_OBJECT : JsonToken.START_ARRAY, first, first + 1);
    }

    private JsonToken closes(int first, boolean object) {
        depth--;
        return found(object ? JsonToken.END_OBJECT : JsonToken.END_ARRAY, first, first + 1);
    }

    private boolean inObject() {
        int level = depth - 1;
        return (objects[level >> 6] & 1L << (level & 63)) != 0;
    }

    private JsonToken found(JsonToken kind, int first, int last) {
        token = kind;
        start = first;
        end = last;
        at = last;
        return kind;
    }

    private int space(int first) {
        int next = first;
        while (next < limit && (json[next] == ' ' || json[next] == '\n' || json[next] == '\r' || json[next] == '\t')) {
            next++;
        }
        return next;
    }

    /** The byte there; behind the end 0, which has no place in JSON. */
    private byte byteAt(int place) {
        return place < limit ? json[place] : 0;
    }

    private BadJson bad(int place) {
        return new BadJson(json, from, place);
    }
}
