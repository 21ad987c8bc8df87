package io.dromedary.request;

import java.util.Set;

import io.dromedary.json.ObjectFields;

/**
 * How many tokens a prompt has at least, told from its bytes. No tokenizer is asked: each model has its own, and a
 * prompt that may fit is the upstream's to judge. Tokenizers split at the edges of words, so a word is a token at least
 * (a long one more), and so are a number, four ideographs, and signs that stand together. Counted is what stands in
 * strings; names of fields count nothing, and neither does what looks like base64: images, audio, files.
 */
public final class PromptLength {

    private static final Set<String> PROMPTS =
            Set.of("messages", "prompt", "input", "system", "instructions", "tools", "functions");
    /** What may be a list, of which each item is a prompt of its own. */
    private static final Set<String> SEVERAL = Set.of("prompt", "input");
    /** Longer than any word: what is longer is base64. */
    private static final int LONGEST_WORD = 50;
    private static final int LETTERS = 16;
    private static final int IDEOGRAPHS = 4;

    /** What a run of characters is made of. */
    private enum Kind { SPACE, LETTER, DIGIT, IDEOGRAPH, SIGN }

    private final byte[] json;
    private int at;
    private Kind kind = Kind.SPACE;
    private int run;
    private int word;
    private long beforeWord;
    private long tokens;

    private PromptLength(byte[] json, int from) {
        this.json = json;
        this.at = from;
    }

    /** Whether a body of so many bytes may hold more tokens than that: one that is short need not be counted. */
    public static boolean mayExceed(int bytes, long tokens) {
        return bytes / 2 > tokens;
    }

    /**
     * The least tokens that the prompt in {@code body} can have; of several prompts or inputs, the longest. Linear in
     * its bytes; nothing is copied.
     *
     * @param fields those of {@code body}
     */
    public static long leastTokens(byte[] body, ObjectFields fields) {
        long tokens = 0;
        for (ObjectFields.Field field : fields.all()) {
            if (PROMPTS.contains(field.name())) {
                tokens += new PromptLength(body, field.value()).strings(field.end(), SEVERAL.contains(field.name()));
            }
        }
        return tokens;
    }

    /**
     * Those in the strings up to there that are no names of fields: of all of them together, or of the longest.
     */
    private long strings(int end, boolean longest) {
        long all = 0;
        while (at < end) {
            if (json[at++] == '"') {
                tokens = 0;
                while (at < end && json[at] != '"') {
                    count(next());
                }
                at++;
                endRun(Kind.SPACE);
                endWord();
                long own = isName(end) ? 0 : tokens;
                all = longest ? Math.max(all, own) : all + own;
            }
        }
        return all;
    }

    /** Whether the string that has just ended is a name: a colon follows. */
    private boolean isName(int end) {
        int next = at;
        while (next < end && json[next] <= ' ') {
            next++;
        }
        return next < end && json[next] == ':';
    }

    /** The character there. */
    private int next() {
        int first = json[at++];
        if (first == '\\') {
            int escape = json[at++];
            if (escape == 'u') {
                int code = 0;
                for (int i = 0; i < 4; i++) {
                    code = code << 4 | Character.digit(json[at++], 16);
                }
                return code;
            }
            return escape == '"' || escape == '\\' || escape == '/' ? escape : ' ';
        }
        if (first >= 0) {
            return first;
        }
        int character = first & (first < -16 ? 0x1F : first < -8 ? 0x0F : 0x07);
        while (at < json.length && (json[at] & 0xC0) == 0x80) {
            character = character << 6 | json[at++] & 0x3F;
        }
        return character;
    }

    private void count(int character) {
        Kind next = kindOf(character);
        if (next != kind) {
            endRun(next);
        }
        if (isOfBase64(character)) {
            if (word++ == 0) {
                beforeWord = tokens;
            }
        } else {
            endWord();
        }
        run++;
    }

    private void endRun(Kind next) {
        tokens += run == 0 ? 0 : switch (kind) {
            case SPACE -> 0;
            case LETTER, DIGIT -> 1 + (run - 1) / LETTERS;
            case IDEOGRAPH -> 1 + (run - 1) / IDEOGRAPHS;
            // A single sign before a word may be one token with it, as in (word, .word and _word.
            case SIGN -> run == 1 && next == Kind.LETTER ? 0 : 1;
        };
        kind = next;
        run = 0;
    }

    private void endWord() {
        if (word > LONGEST_WORD) {
            tokens = beforeWord;
            run = 0;
        }
        word = 0;
    }

    private static boolean isOfBase64(int character) {
        return character >= 'a' && character <= 'z' || character >= 'A' && character <= 'Z'
                || character >= '0' && character <= '9' || character == '+' || character == '/' || character == '='
                || character == '-' || character == '_';
    }

    private static Kind kindOf(int character) {
        if (character <= ' ') {
            return Kind.SPACE;
        }
        if (character < 0x80) {
            return character >= '0' && character <= '9' ? Kind.DIGIT
                    : (character | 0x20) >= 'a' && (character | 0x20) <= 'z' ? Kind.LETTER : Kind.SIGN;
        }
        boolean sign = character < 0xC0 || character >= 0x2000 && character < 0x2C00
                || character >= 0x3000 && character < 0x3040 || character >= 0xFF00 && character < 0xFF10;
        boolean ideograph = character >= 0x3040 && character < 0xA000 || character >= 0xAC00 && character < 0xD7B0
                || character >= 0xF900 && character < 0xFB00 || character >= 0x20000;
        return sign ? Kind.SIGN : ideograph ? Kind.IDEOGRAPH : Kind.LETTER;
    }
}
