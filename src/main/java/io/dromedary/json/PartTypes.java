package io.dromedary.json;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.core.JsonParser;

/**
 * Words to look for as the {@code type} of parts while fields are found. A part is an object that stands in an array
 * that an item of a field's array holds, as those of {@code content} in {@code messages} do. Found in the pass that is
 * made over the bytes anyway; a text part costs a comparison.
 */
public final class PartTypes {

    /** Nothing is looked for. */
    public static final PartTypes NONE = new PartTypes(List.of());

    /** In how many arrays and objects a part stands, itself and the field's array included. */
    static final int DEPTH = 4;

    private static final int MOST = 31;

    private final List<String> words;
    private final byte[][] bytes;

    private PartTypes(List<String> words) {
        this.words = List.copyOf(words);
        this.bytes = words.stream().map(word -> word.getBytes(StandardCharsets.US_ASCII)).toArray(byte[][]::new);
    }

    /**
     * Those to look for.
     *
     * @param words of ASCII, at most 31
     */
    public static PartTypes of(List<String> words) {
        if (words.size() > MOST) {
            throw new IllegalArgumentException("More than " + MOST + " types");
        }
        return new PartTypes(words);
    }

    /** The bit of the word that stands there; 0 for any other. */
    int bit(byte[] json, int from, int end) {
        for (int i = 0; i < bytes.length; i++) {
            // Nearly every part is a text, of which length and first letter tell enough.
            if (bytes[i].length == end - from && bytes[i][0] == json[from]
                    && Arrays.equals(json, from, end, bytes[i], 0, bytes[i].length)) {
                return 1 << i;
            }
        }
        return 0;
    }

    /** The bit of the word; 0 for any other. */
    int bit(String word) {
        int index = words.indexOf(word);
        return index < 0 ? 0 : 1 << index;
    }

    /** Whether the string at which {@code parser} stands, at that depth, is the type of a part. */
    boolean isPartsType(JsonParser parser) throws IOException {
        return "type".equals(parser.currentName()) && parser.getParsingContext().inObject()
                && parser.getParsingContext().getParent().inArray();
    }

    /** The words of these bits. */
    Set<String> named(int bits) {
        if (bits == 0) {
            return Set.of();
        }
        Set<String> named = new LinkedHashSet<>();
        for (int i = 0; i < bytes.length; i++) {
            if ((bits & 1 << i) != 0) {
                named.add(words.get(i));
            }
        }
        return named;
    }
}
