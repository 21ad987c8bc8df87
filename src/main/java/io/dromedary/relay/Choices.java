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

    private BitSet indexes;

    /**
     * Adds one.
     *
     * @throws IOException if there is no such choice
     */
    void add(long index) throws IOException {
        if (index >= MOST) {
            throw new IOException("choice " + index);
        }
        if (indexes == null) {
            indexes = new BitSet();
        }
        indexes.set((int) index);
    }

    /** Adds all those of {@code others}. */
    void addAll(Choices others) {
        if (others.indexes != null) {
            if (indexes == null) {
                indexes = new BitSet();
            }
            indexes.or(others.indexes);
        }
    }

    /** Whether the first {@code count} ones are among them, and all those of {@code others}. */
    boolean holdAll(int count, Choices others) {
        if (indexes == null || indexes.nextClearBit(0) < count) {
            return false;
        }
        BitSet missing = others.indexes == null ? new BitSet() : (BitSet) others.indexes.clone();
        missing.andNot(indexes);
        return missing.isEmpty();
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
        return indexes == null ? "{}" : indexes.toString();
    }
}
