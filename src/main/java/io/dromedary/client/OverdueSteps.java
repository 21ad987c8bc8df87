package io.dromedary.client;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Requests that have their answer, since the clock over the whole request has run out, while a step of a route still
 * works on them. Each keeps its place among those in flight until that step ends: its thread is taken, and clients must
 * not be able to take them all.
 */
public final class OverdueSteps {

    private final Set<Object> calls = ConcurrentHashMap.newKeySet();

    /** A step of {@code call} goes on. */
    public void begins(Object call) {
        calls.add(call);
    }

    /** The last step of {@code call} has ended; nothing where none was overdue. */
    public void ends(Object call) {
        calls.remove(call);
    }

    /** How many there are now. */
    public int count() {
        return calls.size();
    }
}
