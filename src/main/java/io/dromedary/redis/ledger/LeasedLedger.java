package io.dromedary.redis.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

import io.dromedary.ledger.Claim;
import io.dromedary.ledger.Decision;
import io.dromedary.ledger.Ledger;
import io.dromedary.ledger.Limit;
import io.dromedary.ledger.Standing;

/**
 * The shared ledger with leases: of an account that is busy and whose limits are far from used up, this gateway
 * reserves for the next moments at once, and grants its requests without a round trip. What is free of a lease goes
 * back when its time is over. Limits hold as if each request had been decided in Redis; where one is nearly used
 * up, each is.
 */
final class LeasedLedger implements Ledger {

    private static final String GRANT = "lease-";
    /** How long a request that is refused waits for a lease that is on its way: Redis has just answered. */
    private static final long ASKED_MS = 20;
    private static final long LOOK_MS = TimeUnit.MINUTES.toMillis(10);

    private final SharedLedger shared;
    private final long leaseMs;
    private final IntSupplier gateways;
    private final BiConsumer<Long, Runnable> timer;
    private final Consumer<Decision> seen;
    private final Map<String, AccountLease> accounts = new ConcurrentHashMap<>();
    private final Map<String, Taken> taken = new ConcurrentHashMap<>();
    private final AtomicLong grants = new AtomicLong();
    private volatile long nextLookMs;

    /** What a request has of leases: of each account of its claims one. */
    private record Taken(List<AccountCall> calls, List<Lease> leases, long untilMs) {
    }

    /**
     * @param leaseMs  how long a lease grants, in ms; the next one is asked for at half of it. 0 for no leases
     * @param gateways how many share the limits
     * @param timer    runs something after so many ms; must not wait for it
     * @param seen     is told how limits stood when Redis has said so
     */
    LeasedLedger(SharedLedger shared, long leaseMs, IntSupplier gateways, BiConsumer<Long, Runnable> timer,
            Consumer<Decision> seen) {
        this.shared = shared;
        this.leaseMs = leaseMs;
        this.gateways = gateways;
        this.timer = timer;
        this.seen = seen;
    }

    /** Whether a grant was given by a lease. */
    static boolean hasGranted(Decision decision) {
        return decision.granted() && decision.grant().startsWith(GRANT);
    }

    /**
     * {@inheritDoc}
     *
     * @throws io.dromedary.redis.RedisAway  where Redis must be asked, and is away or has not answered in time
     * @throws io.dromedary.redis.RedisError where Redis cannot do it
     */
    @Override
    public Decision reserve(List<Claim> claims, long longestMs) {
        if (leaseMs == 0) {
            return decided(shared.reserve(claims, longestMs));
        }
        long before = changes(claims);
        Decision granted = take(claims, longestMs);
        if (granted != null) {
            return granted;
        }
        Decision decision = shared.reserve(claims, longestMs);
        if (!decision.granted() && (giveBack(decision) | awaitAsked(claims) || changes(claims) != before)) {
            // What a lease has of it may be what it lacks.
            granted = take(claims, longestMs);
            if (granted != null) {
                return granted;
            }
            decision = shared.reserve(claims, longestMs);
        }
        if (decision.granted()) {
            leaseLater(decision, longestMs);
        }
        return decided(decision);
    }

    private long changes(List<Claim> claims) {
        long changes = 0;
        for (AccountCall call : AccountCall.of(claims)) {
            AccountLease account = accounts.get(call.account());
            changes += account == null ? 0 : account.changes();
        }
        return changes;
    }

    /** Waits for leases that are being asked for; whether there were some. */
    private boolean awaitAsked(List<Claim> claims) {
        boolean any = false;
        for (AccountCall call : AccountCall.of(claims)) {
            AccountLease account = accounts.get(call.account());
            CompletableFuture<Void> asking = account == null ? null : account.asking();
            if (asking != null) {
                any = true;
                asking.completeOnTimeout(null, ASKED_MS, TimeUnit.MILLISECONDS).join();
            }
        }
        return any;
    }

    private Decision decided(Decision decision) {
        seen.accept(decision);
        return decision;
    }

    /** Grants claims from leases; null where there is none for all of them, or too little is free. */
    private Decision take(List<Claim> claims, long longestMs) {
        long ms = shared.time().millis();
        forgetOld(ms);
        List<AccountCall> calls = AccountCall.of(claims);
        List<Lease> leases = new ArrayList<>(calls.size());
        for (AccountCall call : calls) {
            Lease lease = leaseOf(call, longestMs, ms);
            if (lease == null || !lease.take(call.claims())) {
                for (int i = 0; i < leases.size(); i++) {
                    leases.get(i).settle(calls.get(i).claims(), new long[calls.get(i).claims().size()]);
                    tell(leases.get(i));
                }
                return null;
            }
            leases.add(lease);
        }
        String grant = GRANT + grants.incrementAndGet();
        taken.put(grant, new Taken(calls, leases, ms + longestMs));
        return new Decision(grant, claims, standing(claims, calls, leases, ms));
    }

    private static List<Standing> standing(List<Claim> claims, List<AccountCall> calls, List<Lease> leases,
            long ms) {
        if (calls.size() == 1) {
            return leases.get(0).standing(claims, ms);
        }
        Standing[] standing = new Standing[claims.size()];
        for (int i = 0; i < leases.size(); i++) {
            List<Standing> some = leases.get(i).standing(calls.get(i).claims(), ms);
            for (int k = 0; k < some.size(); k++) {
                standing[calls.get(i).at().get(k)] = some.get(k);
            }
        }
        return List.of(standing);
    }

    /** The account's lease while it grants; asks for the next one in time. */
    private Lease leaseOf(AccountCall call, long longestMs, long ms) {
        AccountLease account = accounts.computeIfAbsent(call.account(), name -> new AccountLease(leaseMs, gateways));
        Lease lease = account.claimed(call.claims(), ms);
        ask(account, account.nextOne(ms), longestMs);
        return lease;
    }

    private void ask(AccountLease account, List<Claim> claims, long longestMs) {
        if (claims.isEmpty()) {
            return;
        }
        shared.lease(claims, longestMs + leaseMs).whenComplete((decision, failure) -> {
            boolean granted = failure == null && decision.granted();
            Lease before = account.answered(granted ? decision : null, shared.time().millis());
            if (granted) {
                seen.accept(decision);
                close(before);
                Lease fresh = account.lease();
                timer.accept(leaseMs, () -> end(account, fresh));
            }
        });
    }

    private void end(AccountLease account, Lease lease) {
        account.end(lease);
        close(lease);
    }

    private void close(Lease lease) {
        if (lease != null) {
            lease.close();
            tell(lease);
        }
    }

    private void tell(Lease lease) {
        Lease.Part part = lease.toTell();
        if (part != null) {
            shared.settlePart(lease.reserved(), part.number(), part.last(), part.ended(), part.used(), () -> {
                lease.told();
                tell(lease);
            });
        }
    }

    /** Asks for leases, if that is worth it by now. */
    private void leaseLater(Decision decision, long longestMs) {
        long ms = shared.time().millis();
        for (AccountCall call : AccountCall.of(decision.claims())) {
            AccountLease account = accounts.get(call.account());
            if (account != null) {
                List<Standing> standing = call.at().stream().map(decision.standing()::get).toList();
                ask(account, account.firstOne(standing, ms), longestMs);
            }
        }
    }

    /**
     * Gives back leases that have something of a limit that Redis has refused.
     *
     * @return whether there was one
     */
    private boolean giveBack(Decision refused) {
        boolean any = false;
        for (Standing standing : refused.standing()) {
            any |= standing.refuses() && giveBack(standing.limit());
        }
        return any;
    }

    private boolean giveBack(Limit limit) {
        AccountLease account = accounts.get(limit.account());
        Lease ended = account == null ? null : account.endForWantOf(limit, shared.time().millis());
        close(ended);
        return ended != null;
    }

    @Override
    public void settle(Decision decision, long[] used) {
        if (!hasGranted(decision)) {
            shared.settle(decision, used);
            return;
        }
        Taken of = taken.remove(decision.grant());
        if (of != null) {
            settle(of, used);
        }
    }

    private void settle(Taken of, long[] used) {
        for (int i = 0; i < of.leases.size(); i++) {
            AccountCall call = of.calls.get(i);
            of.leases.get(i).settle(call.claims(), call.at().stream().mapToLong(at -> used[at]).toArray());
            tell(of.leases.get(i));
        }
    }

    @Override
    public long used(Limit limit) {
        return Math.max(0, shared.used(limit) - free(limit));
    }

    /** How much of a limit is reserved for this gateway's next requests. */
    private long free(Limit limit) {
        AccountLease account = accounts.get(limit.account());
        Lease lease = account == null ? null : account.lease();
        return lease == null ? 0 : lease.free(limit);
    }

    /** Forgets accounts that nobody has used for long, and ends what nobody has settled in its time as used. */
    private void forgetOld(long ms) {
        if (ms < nextLookMs) {
            return;
        }
        nextLookMs = ms + LOOK_MS;
        accounts.values().removeIf(account -> account.isIdleSince(ms - LOOK_MS));
        taken.values().removeIf(of -> ms - of.untilMs > 0);
    }

    /** Gives back what is free of all leases. */
    @Override
    public void close() {
        accounts.values().forEach(account -> end(account, account.lease()));
    }
}
