package io.dromedary.dialect.responses;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/** The names of what no upstream sees, for the client to know: a few of them, in letters that a header takes. */
final class Dropped {

    private static final int MOST = 32;
    private static final int LONGEST = 64;

    private final Set<String> names = new LinkedHashSet<>();

    private Dropped() {
    }

    /** Nothing yet. */
    static Dropped nothing() {
        return new Dropped();
    }

    /** Adds a name, once. */
    void add(String name) {
        if (names.size() < MOST) {
            String shown = name.length() > LONGEST ? name.substring(0, LONGEST) : name;
            names.add(shown.replaceAll("[^A-Za-z0-9_.\\-]", "_"));
        }
    }

    /** All of them, in the order in which they came. */
    Collection<String> names() {
        return Collections.unmodifiableSet(names);
    }
}
