package io.dromedary.json;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.core.JsonToken;

/**
 * Words to look for as the {@code type} of parts while fields are found. A part is an object that stands in an array
 * that an item of a field's array holds, as those of {@code content} in {@code messages} do. Found in the pass that is
 * made over the bytes anyway; nearly every part is a text, of which the first letter tells enough.
 */
public final class PartTypes {

    /** Nothing is looked for. */
    public static final PartTypes NONE = new PartTypes(List.of());

    /** How much deeper a part's fields stand than those of the item. */
    private static final int PART = 2;

    private static final int MOST = 31;

    private final List<String> words;

    private PartTypes(List<String> words) {
        this.words = List.copyOf(words);
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

    /**
     * Walks over the item of an array at which {@code walk} stands, to its end.
     *
     * @return a bit for each word that is a part's type in it
     */
    int walkItem(JsonWalk walk) throws IOException {
        if (words.isEmpty() || walk.token() != JsonToken.START_OBJECT) {
            walk.skip();
            return 0;
        }
        int item = walk.depth();
        int seen = 0;
        boolean inParts = false;
        boolean inPart = false;
        while (walk.depth() >= item) {
            JsonToken token = walk.next();
            int depth = walk.depth() - item;
            if (token.isStructStart() && depth <= PART) {
                inPart = depth == PART && inParts && token == JsonToken.START_OBJECT;
                inParts = depth == PART ? inParts : token == JsonToken.START_ARRAY;
            } else if (inPart && depth == PART && token == JsonToken.FIELD_NAME && walk.is("type")
                    && walk.next() == JsonToken.VALUE_STRING) {
                seen |= bit(walk);
            }
        }
        return seen;
    }

    private int bit(JsonWalk walk) {
        for (int i = 0; i < words.size(); i++) {
            if (walk.is(words.get(i))) {
                return 1 << i;
            }
        }
        return 0;
    }

    /** The words of these bits. */
    Set<String> named(int bits) {
        if (bits == 0) {
            return Set.of();
        }
        Set<String> named = new LinkedHashSet<>();
        for (int i = 0; i < words.size(); i++) {
            if ((bits & 1 << i) != 0) {
                named.add(words.get(i));
            }
        }
        return named;
    }
}
