package io.dromedary.json;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonToken;

/**
 * Paths into a request's body in LiteLLM's notation: names after dots, items of lists in brackets, by number from 0 or
 * {@code *} for each, as in {@code tools[*].function.strict}. Takes what they lead to out of the body's bytes and
 * leaves all other bytes as they are. The paths are put together to one tree, in which the branch of a numbered item
 * holds all that the star's does: a value is walked over once, whatever the number of paths. Immutable.
 */
public final class NestedPaths {

    /** Steps of all paths together, those that a star and a number have in common counted for each number. */
    private static final int MOST_STEPS = 1000;
    private static final int LONGEST = 1000;
    private static final int LONGEST_SHOWN = 100;
    private static final Pattern FORM = Pattern.compile("[^.\\[\\]]+(\\.[^.\\[\\]]+|\\[(\\d{1,9}|\\*)])*+");
    private static final Pattern STEP = Pattern.compile("\\[(\\d+|\\*)]|[^.\\[\\]]+");

    private final Branch root = new Branch();

    /** Where a path may go on from one value. */
    private static final class Branch {

        private final Map<String, Branch> names = new LinkedHashMap<>();
        private final Map<Integer, Branch> items = new HashMap<>();
        private Branch each;
        /** The paths that end here: what is here goes. */
        private final Set<String> ends = new LinkedHashSet<>();

        Branch item(int index) {
            return items.getOrDefault(index, each);
        }
    }

    private NestedPaths() {
    }

    /** Whether {@code name} leads into a field, and is not just the name of one. */
    public static boolean isNested(String name) {
        return name.indexOf('.') >= 0 || name.indexOf('[') >= 0;
    }

    /**
     * Those of {@code names} that are {@linkplain #isNested nested}.
     *
     * @throws IllegalArgumentException if one is no path, or if they are too many: says which and why, in words for a
     *                                  client
     */
    public static NestedPaths of(Collection<String> names) {
        NestedPaths paths = new NestedPaths();
        int[] steps = {0};
        for (String name : names) {
            if (isNested(name)) {
                paths.add(name, steps);
            }
        }
        join(paths.root, steps);
        return paths;
    }

    private void add(String path, int[] steps) {
        if (path.length() > LONGEST || !FORM.matcher(path).matches()) {
            throw new IllegalArgumentException("'" + (path.length() > LONGEST_SHOWN
                    ? path.substring(0, LONGEST_SHOWN) + "..." : path)
                    + "' is no path: write one like tools[*].function.strict, tools[0].strict or metadata.user");
        }
        Branch at = root;
        Matcher step = STEP.matcher(path);
        while (step.find()) {
            at = step.group(1) == null ? at.names.computeIfAbsent(step.group(), name -> fresh(steps))
                    : step.group(1).equals("*") ? each(at, steps)
                    : at.items.computeIfAbsent(Integer.valueOf(step.group(1)), index -> fresh(steps));
        }
        at.ends.add(path);
    }

    private static Branch each(Branch of, int[] steps) {
        if (of.each == null) {
            of.each = fresh(steps);
        }
        return of.each;
    }

    private static Branch fresh(int[] steps) {
        if (++steps[0] > MOST_STEPS) {
            throw new IllegalArgumentException("there are too many paths: they may have " + MOST_STEPS
                    + " steps together");
        }
        return new Branch();
    }

    /** Has what holds for each item hold for the numbered ones too. */
    private static void join(Branch branch, int[] steps) {
        if (branch.each != null) {
            branch.items.values().forEach(item -> copy(branch.each, item, steps));
            join(branch.each, steps);
        }
        branch.items.values().forEach(item -> join(item, steps));
        branch.names.values().forEach(name -> join(name, steps));
    }

    private static void copy(Branch from, Branch to, int[] steps) {
        to.ends.addAll(from.ends);
        from.names.forEach((name, branch) -> copy(branch, to.names.computeIfAbsent(name, key -> fresh(steps)), steps));
        from.items.forEach((item, branch) -> copy(branch, to.items.computeIfAbsent(item, key -> fresh(steps)), steps));
        if (from.each != null) {
            copy(from.each, each(to, steps), steps);
        }
    }

    /** The names of the body's fields that the paths lead into. */
    public Set<String> fields() {
        return root.names.keySet();
    }

    /**
     * The value of a field without what the paths lead to; the array itself if they lead to nothing.
     *
     * @param field its name, one of {@link #fields}
     * @param value its JSON text
     * @param found is told each path that led to something, perhaps more than once
     */
    public byte[] takeOut(String field, byte[] value, Consumer<String> found) {
        Branch branch = root.names.get(field);
        try {
            Cuts cuts = new Cuts(value);
            JsonWalk walk = JsonWalk.over(value);
            walk.next();
            new Walk(walk, cuts, found).over(branch);
            return cuts.rest();
        } catch (IOException e) {
            throw new IllegalStateException("A part of what was read as JSON is none", e);
        }
    }

    /** One walk over one value. */
    private record Walk(JsonWalk walk, Cuts cuts, Consumer<String> found) {

        /** From a value's first token to its last. */
        void over(Branch branch) throws IOException {
            JsonToken token = walk.token();
            if (token == JsonToken.START_OBJECT && !branch.names.isEmpty()) {
                overObject(branch);
            } else if (token == JsonToken.START_ARRAY && (branch.each != null || !branch.items.isEmpty())) {
                overArray(branch);
            } else {
                walk.skip();
            }
        }

        private void overObject(Branch branch) throws IOException {
            Members members = new Members(cuts, walk.end());
            while (walk.next() == JsonToken.FIELD_NAME) {
                int start = walk.start();
                Branch next = branch.names.get(walk.text());
                walk.next();
                member(next, start, members);
            }
        }

        private void overArray(Branch branch) throws IOException {
            Members members = new Members(cuts, walk.end());
            int index = 0;
            while (walk.next() != JsonToken.END_ARRAY) {
                member(branch.item(index++), walk.start(), members);
            }
        }

        private void member(Branch branch, int start, Members members) throws IOException {
            if (branch != null && !branch.ends.isEmpty()) {
                branch.ends.forEach(found);
                walk.skip();
                members.goes(walk.end());
                return;
            }
            members.stays(start);
            if (branch == null) {
                walk.skip();
            } else {
                over(branch);
            }
            members.ends(walk.end());
        }
    }

    /** The fields of one object or the items of one list, as they are met. */
    private static final class Members {

        private final Cuts cuts;
        private int from;
        private boolean anyStays;
        private boolean anyGoes;

        /** @param open after the opening bracket */
        Members(Cuts cuts, int open) {
            this.cuts = cuts;
            this.from = open;
        }

        /** What stands before it, its comma too, goes with it. */
        void goes(int end) {
            cuts.cut(from, end);
            from = end;
            anyGoes = true;
        }

        /** The first that stays has no comma before it. */
        void stays(int start) {
            if (anyGoes && !anyStays) {
                cuts.commaBetween(from, start);
            }
            anyStays = true;
        }

        void ends(int end) {
            from = end;
        }
    }

    /** Some bytes without the parts that are cut out, which are told in their order. */
    private static final class Cuts {

        private final byte[] bytes;
        private ByteArrayOutputStream out;
        private int from;

        Cuts(byte[] bytes) {
            this.bytes = bytes;
        }

        void cut(int start, int end) {
            if (out == null) {
                out = new ByteArrayOutputStream(bytes.length);
            }
            out.write(bytes, from, start - from);
            from = end;
        }

        void commaBetween(int start, int end) {
            for (int at = start; at < end; at++) {
                if (bytes[at] == ',') {
                    cut(start, at + 1);
                    return;
                }
            }
        }

        byte[] rest() {
            if (out == null) {
                return bytes;
            }
            out.write(bytes, from, bytes.length - from);
            return out.toByteArray();
        }
    }
}
