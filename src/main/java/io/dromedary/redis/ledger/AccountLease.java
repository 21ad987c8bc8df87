package io.dromedary.redis.ledger;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;

import io.dromedary.ledger.Claim;
import io.dromedary.ledger.Decision;
import io.dromedary.ledger.Limit;
import io.dromedary.ledger.Standing;

/**
 * Which lease of one account grants on this gateway, and when the next one is to be asked for. Asks nobody itself. All
 * times are in ms, by Redis' clock. Safe for several threads.
 */
final class AccountLease {

    /** More than the limits of any key. */
    private static final int MOST_LIMITS = 1_000;

    private final long leaseMs;
    private final IntSupplier gateways;
    private final LeaseDemand demand;
    private final Map<Limit, Long> left = new HashMap<>();
    private Lease lease;
    private CompletableFuture<Void> asking;
    private long notBeforeMs;
    private long lastMs;
    private long changes;

    /**
     * @param leaseMs  how long a lease grants
     * @param gateways how many share the limits
     */
    AccountLease(long leaseMs, IntSupplier gateways) {
        this.leaseMs = leaseMs;
        this.gateways = gateways;
        this.demand = new LeaseDemand(leaseMs);
    }

    /** A request claims something: the lease that may grant it; null for none. */
    synchronized Lease claimed(List<Claim> claims, long ms) {
        lastMs = ms;
        demand.add(claims, ms);
        return lease == null || lease.ageMs(ms) >= leaseMs ? null : lease;
    }

    /** What the lease after the present one is to be asked for, when it is time; empty for nothing. */
    synchronized List<Claim> nextOne(long ms) {
        if (lease == null || !mayAsk(ms) || lease.ageMs(ms) < leaseMs / 2 && !lease.runsOut()) {
            return List.of();
        }
        note(lease.standing(lease.reserved().claims(), ms));
        return next(ms);
    }

    /**
     * Redis has granted a request without a lease: what the first one is to be asked for; empty for nothing.
     *
     * @param standing how the account's limits stand by that
     */
    synchronized List<Claim> firstOne(List<Standing> standing, long ms) {
        note(standing);
        return lease != null || !mayAsk(ms) ? List.of() : next(ms);
    }

    private boolean mayAsk(long ms) {
        return asking == null && ms >= notBeforeMs && demand.isBusy();
    }

    /** Keeps how much was left of limits when Redis or the lease said so. */
    private void note(List<Standing> standing) {
        if (left.size() > MOST_LIMITS) {
            left.clear(); // reloads have changed them
        }
        standing.forEach(each -> left.put(each.limit(), each.remaining()));
    }

    private List<Claim> next(long ms) {
        List<Claim> next = demand.next(left, lease, gateways.getAsInt(), ms);
        if (next.isEmpty()) {
            notBeforeMs = ms + leaseMs;
        } else {
            asking = new CompletableFuture<>();
            demand.begin(ms);
        }
        return next;
    }

    /**
     * What was asked for is answered. Where it is granted, a new lease grants from now on, and the one before it is
     * closed.
     *
     * @param granted as Redis has granted it; null where it has not
     * @return the lease before; null for none, and where nothing changes
     */
    synchronized Lease answered(Decision granted, long ms) {
        CompletableFuture<Void> asked = asking;
        Lease before = null;
        asking = null;
        if (granted == null) {
            notBeforeMs = ms + leaseMs;
        } else {
            before = lease;
            if (before != null) {
                before.close();
            }
            becomes(new Lease(granted, before, ms));
        }
        asked.complete(null);
        return before;
    }

    /** Completes when the lease that is being asked for is there, or is not to be; null while none is. */
    synchronized CompletableFuture<Void> asking() {
        return asking;
    }

    /** How often its lease has become another one, or none. */
    synchronized long changes() {
        return changes;
    }

    /** The lease that grants; null for none. */
    synchronized Lease lease() {
        return lease;
    }

    /** That lease grants no more. */
    synchronized void end(Lease ended) {
        if (lease == ended) {
            becomes(null);
        }
    }

    /** Redis has refused that limit: the lease, which grants no more, if it has something of it; else null. */
    synchronized Lease endForWantOf(Limit limit, long ms) {
        Lease ended = lease;
        if (ended == null || !ended.hasFree(limit.name())) {
            return null;
        }
        becomes(null);
        notBeforeMs = ms + leaseMs;
        return ended;
    }

    private void becomes(Lease other) {
        lease = other;
        changes++;
    }

    /** Whether nobody has claimed anything since then, and nothing is to be given back. */
    synchronized boolean isIdleSince(long ms) {
        return lease == null && asking == null && lastMs < ms;
    }
}
