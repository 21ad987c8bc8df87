package io.dromedary.dialect;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** The names of what no upstream sees, for the client to know: a few of them, in letters that a header takes. */
public final class Dropped {

    private static final int MOST = 32;
    private static final int LONGEST = 64;
    private static final Pattern OTHER = Pattern.compile("[^A-Za-z0-9_.\\-]");

    private final Set<String> names = new LinkedHashSet<>();

    /** Adds a name, once. */
    public void add(String name) {
        if (names.size() < MOST && !names.contains(name)) {
            String shown = name.length() > LONGEST ? name.substring(0, LONGEST) : name;
            names.add(OTHER.matcher(shown).replaceAll("_"));
        }
    }

    /** All of them, in the order in which they came. */
    public Collection<String> names() {
        return Collections.unmodifiableSet(names);
    }
}
