package io.dromedary.observe.flow;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often each step of the flow was taken, and how often it ended otherwise than it should. Owned by the app: a
 * reload does not forget the steps that stay. The step of all routes of one template is one.
 */
public final class FlowCounts {

    /** The owner of the steps that belong to all routes. */
    public static final String SHARED = "shared";

    private final Map<String, StepCount> byKey = new ConcurrentHashMap<>();

    /** How often one step was taken. */
    public static final class StepCount {

        private final LongAdder taken = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private final LongAdder broken = new LongAdder();

        /** It is taken. */
        public void takes() {
            taken.increment();
        }

        /**
         * It has thrown.
         *
         * @param mistake whether by a mistake of its own, and not because an upstream failed or a client left
         */
        public void throwsOne(boolean mistake) {
            (mistake ? broken : failed).increment();
        }

        /** How often it was taken, how often it failed, and how often by a mistake of its own. */
        public long[] now() {
            return new long[] {taken.sum(), failed.sum(), broken.sum()};
        }
    }

    /** The key of a step: the id of its route, or of that route's template, and its own. */
    public static String key(String routeOrTemplate, String step) {
        return routeOrTemplate + "/" + step;
    }

    /** The name of a step without an id: the line that it stands in. */
    public static String line(int number) {
        return "line-" + number;
    }

    /** The count of that step. */
    public StepCount of(String key) {
        return byKey.computeIfAbsent(key, fresh -> new StepCount());
    }

    /** All of them now. */
    public Map<String, long[]> now() {
        Map<String, long[]> now = new HashMap<>();
        byKey.forEach((key, count) -> now.put(key, count.now()));
        return now;
    }

    /** Forgets all other steps. */
    public void keepOnly(Collection<String> keys) {
        byKey.keySet().retainAll(Set.copyOf(keys));
    }
}
