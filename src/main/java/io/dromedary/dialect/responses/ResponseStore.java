package io.dromedary.dialect.responses;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Keeps responses in memory, so that a client can refer to them and to their items by id. Bounded by number, bytes and
 * age; the one that was asked for longest ago goes first. One whose content others go on from stays as long as they do,
 * though nobody finds it any more. Safe for several threads; what is kept is lost with the process.
 */
public final class ResponseStore {

    /** How many responses one may go on from, one after the other: each request is made of all of them. */
    static final int DEEPEST = 1000;

    private final long mostItems;
    private final long mostBytes;
    private final long ageMs;
    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, StoredResponse> listed = new LinkedHashMap<>(16, 0.75f, true);
    /** The items that an upstream made which speaks the API itself: its ids say nothing. */
    private final Map<Key, StoredItem> foreign = new HashMap<>();
    private long items;
    private long bytes;

    private record Key(String owner, String id) {
    }

    /**
     * A store that is empty.
     *
     * @param mostItems how many responses and items of their output it keeps; with 0 it keeps nothing
     * @param mostBytes how much memory they take
     * @param ageMs     how long one is kept after it was asked for last, in milliseconds
     * @param clock     milliseconds, which never go back
     */
    public ResponseStore(long mostItems, long mostBytes, long ageMs, LongSupplier clock) {
        this.mostItems = mostItems;
        this.mostBytes = mostBytes;
        this.ageMs = ageMs;
        this.clock = clock;
    }

    /** Whether it keeps anything at all. */
    boolean keeps() {
        return mostItems > 0 && mostBytes > 0 && ageMs > 0;
    }

    /** Whether a response of so many bytes may be kept at all; what may not is not copied for it. */
    boolean mayTake(long size) {
        return keeps() && size <= mostBytes;
    }

    /** How many bytes of kept items one request may have read: more than all only if it names them again and again. */
    long mostRead() {
        return 2 * mostBytes;
    }

    /** Keeps a response; false where it is too large for that. */
    boolean put(StoredResponse response) {
        if (!keeps() || reach(response) > mostBytes || count(response) > mostItems) {
            return false;
        }
        lock.lock();
        try {
            long now = clock.getAsLong();
            response.usedAt(now);
            if (ResponseIds.isOwn(response.id()) && listed.containsKey(new Key(response.owner(), response.id()))) {
                return false; // made here by chance only: an upstream that has seen an id must not take its place
            }
            remove(response.owner(), response.id());
            listed.put(new Key(response.owner(), response.id()), response);
            items += count(response);
            for (int i = 0; i < response.foreign().length; i++) {
                foreign.put(new Key(response.owner(), response.foreign()[i]), response.item(i));
            }
            hold(response);
            makeRoom(now);
            return listed.containsKey(new Key(response.owner(), response.id()));
        } finally {
            lock.unlock();
        }
    }

    /**
     * How many bytes the response keeps, with all that it goes on from. One that is too long for the store must not
     * drive everybody else's out before itself.
     */
    private static long reach(StoredResponse response) {
        long all = 0;
        Set<StoredResponse> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<StoredResponse> next = new ArrayDeque<>(List.of(response));
        while (!next.isEmpty()) {
            StoredResponse one = next.pop();
            if (seen.add(one)) {
                all += one.size();
                one.holds().forEach(next::push);
            }
        }
        return all;
    }

    private static long count(StoredResponse response) {
        return 1L + response.items();
    }

    private void makeRoom(long now) {
        Iterator<StoredResponse> eldest = listed.values().iterator();
        while (eldest.hasNext()) {
            StoredResponse next = eldest.next();
            if (items <= mostItems && bytes <= mostBytes && now - next.usedAt() < ageMs) {
                return;
            }
            eldest.remove();
            unlist(next);
        }
    }

    private void unlist(StoredResponse response) {
        items -= count(response);
        for (String id : response.foreign()) {
            foreign.computeIfPresent(new Key(response.owner(), id),
                    (key, item) -> item.response() == response ? null : item);
        }
        release(response);
    }

    /** Not recursive: a chain is longer than a stack is deep. */
    private void hold(StoredResponse response) {
        Deque<StoredResponse> next = new ArrayDeque<>();
        next.push(response);
        while (!next.isEmpty()) {
            StoredResponse held = next.pop();
            if (held.hold()) {
                bytes += held.size();
                held.holds().forEach(next::push);
            }
        }
    }

    private void release(StoredResponse response) {
        Deque<StoredResponse> next = new ArrayDeque<>();
        next.push(response);
        while (!next.isEmpty()) {
            StoredResponse held = next.pop();
            if (held.release()) {
                bytes -= held.size();
                held.holds().forEach(next::push);
            }
        }
    }

    /** The owner's response of that id. */
    Optional<StoredResponse> find(String owner, String id) {
        lock.lock();
        try {
            long now = clock.getAsLong();
            makeRoom(now);
            StoredResponse found = listed.get(new Key(owner, id));
            if (found != null) {
                found.usedAt(now);
            }
            return Optional.ofNullable(found);
        } finally {
            lock.unlock();
        }
    }

    /** The item of that id in the output of one of the owner's responses. */
    Optional<StoredItem> item(String owner, String id) {
        int number = ResponseIds.numberIn(id);
        Optional<StoredItem> own = number < 0 ? Optional.empty() : find(owner, ResponseIds.responseOf(id))
                .filter(response -> number < response.items()).map(response -> response.item(number))
                .filter(item -> ResponseIds.of(item).equals(id));
        return own.isPresent() ? own : foreignItem(owner, id);
    }

    private Optional<StoredItem> foreignItem(String owner, String id) {
        lock.lock();
        try {
            return Optional.ofNullable(foreign.get(new Key(owner, id)))
                    .filter(item -> find(owner, item.response().id()).isPresent());
        } finally {
            lock.unlock();
        }
    }

    /** Lets the owner's response of that id go; false where there is none. */
    boolean remove(String owner, String id) {
        lock.lock();
        try {
            StoredResponse removed = listed.remove(new Key(owner, id));
            if (removed != null) {
                unlist(removed);
            }
            return removed != null;
        } finally {
            lock.unlock();
        }
    }

    /** How many bytes it holds now. */
    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }
}
