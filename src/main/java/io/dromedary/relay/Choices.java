package io.dromedary.relay;

import java.io.IOException;
import java.util.BitSet;

/**
 * Which choices of a stream something is true of, by their index. A stream has 128 choices for each of its prompts at
 * most, as OpenAI has it, and no more than a bound: an upstream could name ever new ones.
 */
final class Choices {

    /** Of 128 prompts, each with as many choices as there may be; a bit each. */
    static final int MOST = 128 * 128;

    /** The only one, as nearly every chunk has; -1 where there is none, or several. */
    private int only = -1;
    private BitSet several;

    private Choices() {
    }

    /** A fresh one, with no choice in it. */
    static Choices none() {
        return new Choices();
    }

    /**
     * Adds one.
     *
     * @throws IOException if there is no such choice
     */
    void add(long index) throws IOException {
        if (index >= MOST) {
            throw new IOException("choice " + index);
        }
        set((int) index);
    }

    private void set(int index) {
        if (several == null && (only < 0 || only == index)) {
            only = index;
            return;
        }
        if (several == null) {
            several = new BitSet();
            several.set(only);
            only = -1;
        }
        several.set(index);
    }

    /** Whether there is one. */
    boolean any() {
        return only >= 0 || several != null;
    }

    /** Adds all those of {@code others}. */
    void addAll(Choices others) {
        if (others.only >= 0) {
            set(others.only);
        } else if (others.several != null) {
            others.several.stream().forEach(this::set);
        }
    }

    private boolean has(int index) {
        return several == null ? only == index : several.get(index);
    }

    /** Whether the first {@code count} ones are among them, and all those of {@code others}. */
    boolean holdAll(int count, Choices others) {
        for (int index = 0; index < count; index++) {
            if (!has(index)) {
                return false;
            }
        }
        return others.several == null ? others.only < 0 || has(others.only)
                : others.several.stream().allMatch(this::has);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Choices choices && toString().equals(choices.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /** Such as {@code {0, 2}}. */
    @Override
    public String toString() {
        return several != null ? several.toString() : only < 0 ? "{}" : "{" + only + "}";
    }
}
