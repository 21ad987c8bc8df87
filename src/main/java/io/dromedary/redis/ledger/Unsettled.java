package io.dromedary.redis.ledger;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What Redis is to be told and could not be told yet. Bounded: the oldest goes first, and then what it had reserved
 * stands for what it has used.
 */
final class Unsettled {

    private static final int MOST = 10_000;
    private static final int AT_ONCE = 100;

    private final BooleanSupplier up;
    private final Deque<Supplier<CompletableFuture<Boolean>>> waiting = new ArrayDeque<>();
    private boolean sending;
    private long lost;

    /** @param up whether Redis is there */
    Unsettled(BooleanSupplier up) {
        this.up = up;
    }

    synchronized long lost() {
        return lost;
    }

    /**
     * Sends now or later.
     *
     * @param call sends it; whether that has reached Redis. May be called again where it has not
     */
    void send(Supplier<CompletableFuture<Boolean>> call) {
        if (!up.getAsBoolean()) {
            keep(call);
            return;
        }
        call.get().thenAccept(reached -> {
            if (!reached) {
                keep(call);
            }
            sendAll();
        });
    }

    private synchronized void keep(Supplier<CompletableFuture<Boolean>> call) {
        if (waiting.size() >= MOST) {
            waiting.poll();
            lost++;
        }
        waiting.add(call);
    }

    /** Sends what waits, some at a time, until Redis is away again. */
    void sendAll() {
        List<Supplier<CompletableFuture<Boolean>>> some = new ArrayList<>();
        synchronized (this) {
            if (sending || waiting.isEmpty() || !up.getAsBoolean()) {
                return;
            }
            sending = true;
            while (some.size() < AT_ONCE && !waiting.isEmpty()) {
                some.add(waiting.poll());
            }
        }
        List<CompletableFuture<Boolean>> sent = new ArrayList<>();
        some.forEach(call -> sent.add(call.get()));
        CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).whenComplete((done, failure) -> {
            boolean all = true;
            for (int i = 0; i < some.size(); i++) {
                if (!sent.get(i).getNow(false)) {
                    keep(some.get(i));
                    all = false;
                }
            }
            synchronized (this) {
                sending = false;
            }
            if (all) {
                sendAll();
            }
        });
    }
}
