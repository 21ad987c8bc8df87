package io.dromedary.dialect;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;

import io.dromedary.client.UpstreamFailed;

/**
 * The calls of tools of one answer, whose fragments may come in any order: the first that is not whole goes on at once,
 * the later ones wait. Servers leave out the index, or the id, or give each call the same index.
 */
final class ToolCalls {

    /** Nobody offers so many tools to be called at once; a server that goes on is broken. */
    private static final int MOST = 512;
    /** What a call may take of memory while it waits, in characters, before it is counted. */
    private static final int SMALL = 4 * 1024;

    private final AnswerParts parts;
    private final LongConsumer takes;
    private final Map<Long, Call> byIndex = new HashMap<>();
    private final Map<String, Call> byId = new HashMap<>();
    private final Deque<Call> waiting = new ArrayDeque<>();
    private Call open;
    private Call last;
    private int count;

    private static final class Call {
        private final StringBuilder held = new StringBuilder();
        private final JsonProgress progress = JsonProgress.none();
        private String id = "";
        private String name = "";
        private String half = "";
        private boolean sent;
        private boolean over;
    }

    ToolCalls(AnswerParts parts, LongConsumer takes) {
        this.parts = parts;
        this.takes = takes;
    }

    /** Whether there is one that is not whole yet. */
    boolean areOpen() {
        return open != null || !waiting.isEmpty();
    }

    /** Whether there was any. */
    boolean any() {
        return count > 0;
    }

    /**
     * Takes a fragment; {@link #advance} tells what can be told of it.
     *
     * @throws UpstreamFailed if there are too many calls
     */
    void take(ChatDelta.CallFragment fragment) {
        Call call = callOf(fragment);
        last = call;
        call.id = call.id.isEmpty() ? kept(fragment.id()) : call.id;
        call.name = call.name.isEmpty() ? kept(fragment.name()) : call.name;
        if (call.over && !call.progress.whole() && !fragment.arguments().isBlank()) {
            // Its end has been told. Without the rest, the client would run a tool with half of its arguments.
            throw UpstreamFailed.unreadable("a call goes on after the text that follows it");
        }
        if (call.over || fragment.arguments().isEmpty()) {
            return;
        }
        call.progress.feed(fragment.arguments());
        if (call == open) {
            send(fragment.arguments());
        } else {
            if (call.held.length() + fragment.arguments().length() > SMALL) {
                takes.accept(2L * Character.BYTES * fragment.arguments().length());
            }
            call.held.append(fragment.arguments());
        }
    }

    /** An id and a name are kept to the end of the answer. */
    private String kept(String text) {
        if (text.length() > SMALL) {
            takes.accept((long) Character.BYTES * text.length());
        }
        return text;
    }

    private Call callOf(ChatDelta.CallFragment fragment) {
        Call known = fragment.index() >= 0 ? byIndex.get(fragment.index())
                : fragment.id().isEmpty() ? fragment.name().isEmpty() ? last : null : byId.get(fragment.id());
        if (known != null && !isAnother(known, fragment)) {
            return known;
        }
        if (++count > MOST) {
            throw UpstreamFailed.badCall("the answer calls more than " + MOST + " tools");
        }
        Call call = new Call();
        waiting.add(call);
        if (fragment.index() >= 0) {
            byIndex.put(fragment.index(), call);
        }
        if (!fragment.id().isEmpty()) {
            byId.put(fragment.id(), call);
        }
        return call;
    }

    /** Some servers give each call the index 0: another id with a name is another call. */
    private static boolean isAnother(Call known, ChatDelta.CallFragment fragment) {
        return !fragment.id().isEmpty() && !known.id.isEmpty() && !fragment.id().equals(known.id)
                && !fragment.name().isEmpty();
    }

    /** Tells as much as can be told in order: of the open call, and of the next one once that is whole. */
    void advance() {
        while (!waiting.isEmpty() && (open == null || open.progress.whole()) && !waiting.peek().name.isEmpty()) {
            close(true);
            begin(waiting.poll());
        }
    }

    private void begin(Call call) {
        open = call;
        parts.openCall(call.id, call.name);
        if (!call.held.isEmpty()) {
            send(call.held.toString());
            call.held.setLength(0);
            call.held.trimToSize();
        }
    }

    /** Half of a surrogate pair waits for the other: UTF-8 has no half ones. */
    private void send(String piece) {
        String all = open.half + piece;
        boolean split = Character.isHighSurrogate(all.charAt(all.length() - 1));
        open.half = split ? all.substring(all.length() - 1) : "";
        String ready = split ? all.substring(0, all.length() - 1) : all;
        open.sent |= !all.isBlank();
        if (!ready.isEmpty()) {
            parts.arguments(ready);
        }
    }

    private void close(boolean whole) {
        if (open == null) {
            return;
        }
        if (!open.half.isEmpty()) {
            parts.arguments(open.half);
        }
        if (!open.sent && whole) {
            parts.arguments("{}");
        }
        parts.closeCall(whole);
        open.over = true;
        open = null;
    }

    /**
     * All calls end: those that waited are told now.
     *
     * @param whole false where the answer was cut in the last of them
     * @throws UpstreamFailed if one has no name
     */
    void end(boolean whole) {
        while (areOpen()) {
            close(whole || !waiting.isEmpty() || open != null && open.progress.whole());
            if (!waiting.isEmpty()) {
                Call next = waiting.poll();
                if (next.name.isEmpty()) {
                    throw UpstreamFailed.badCall("the answer calls a tool without a name");
                }
                begin(next);
            }
        }
    }
}
