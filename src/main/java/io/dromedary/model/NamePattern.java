package io.dromedary.model;

import java.util.Comparator;

/**
 * A {@code model_name} that may hold one {@code *}, such as {@code openai/*}. LiteLLM's order holds: the most specific
 * pattern, that is the longest, is tried first.
 */
public final class NamePattern {

    /** Longest first; equally long ones in the order of the alphabet, so that a choice is the same on every start. */
    public static final Comparator<String> MOST_SPECIFIC_FIRST =
            Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder());

    private final String before;
    private final String after;

    private NamePattern(String before, String after) {
        this.before = before;
        this.after = after;
    }

    /** Whether {@code name} is a pattern at all. */
    public static boolean isPattern(String name) {
        return name.indexOf('*') >= 0;
    }

    /**
     * The pattern of {@code name}; without a {@code *} it matches nothing but by prefix, so ask {@link #isPattern}
     * first.
     */
    public static NamePattern of(String name) {
        int star = name.indexOf('*');
        return star < 0 ? new NamePattern(name, "")
                : new NamePattern(name.substring(0, star), name.substring(star + 1));
    }

    /** Whether {@code model} fits: something stands in it for the {@code *}, since a model without a name is none. */
    public boolean matches(String model) {
        return model.length() > before.length() + after.length() && model.startsWith(before) && model.endsWith(after);
    }

    /**
     * What stands in {@code model} for the {@code *}; the whole of it where it does not fit (called by deployment id,
     * say).
     */
    public String wildcardPart(String model) {
        return matches(model) ? model.substring(before.length(), model.length() - after.length()) : model;
    }
}
