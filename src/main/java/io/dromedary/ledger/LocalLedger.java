package io.dromedary.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A ledger in this process's memory, for one gateway. One lock guards all of it, and is held for less than a
 * microsecond, but for a look each ten minutes at what can be forgotten: the limits of which nothing is in use.
 */
public final class LocalLedger implements Ledger {

    private static final long LOOK_MICROS = TimeUnit.MINUTES.toMicros(10);

    private final LongSupplier nowMicros;
    private final Map<Name, Balance> balances = new HashMap<>();
    private final Map<String, Open> open = new HashMap<>();
    private final AtomicLong grants = new AtomicLong();
    /** No reservation ends by itself before. */
    private long nextEndMs = Long.MAX_VALUE;
    private long nextLookMicros;

    /** A reservation whose request has not ended. */
    private record Open(List<Claim> claims, long reservedMicros, long untilMs) {
    }

    private record Name(String account, String limit) {

        static Name of(Limit limit) {
            return new Name(limit.account(), limit.name());
        }
    }

    /** @param nowMicros the time in microseconds since 1970 */
    public LocalLedger(LongSupplier nowMicros) {
        this.nowMicros = nowMicros;
    }

    @Override
    public synchronized Decision reserve(List<Claim> claims, long longestMs) {
        long now = nowMicros.getAsLong();
        forgetOld(now);
        Balance[] claimed = new Balance[claims.size()];
        boolean granted = true;
        for (int i = 0; i < claimed.length; i++) {
            claimed[i] = balance(claims.get(i).limit(), now);
            granted &= !claimed[i].refuses(claims.get(i).cost());
        }
        Standing[] standing = new Standing[claimed.length];
        if (!granted) {
            for (int i = 0; i < claimed.length; i++) {
                standing[i] = claimed[i].standing(claims.get(i).cost());
            }
            return new Decision(null, claims, List.of(standing));
        }
        long until = now / 1000 + longestMs;
        for (int i = 0; i < claimed.length; i++) {
            claimed[i].reserve(claims.get(i).cost(), until);
            standing[i] = claimed[i].standing(0).granted();
        }
        String grant = Long.toString(grants.incrementAndGet());
        open.put(grant, new Open(claims, now, until));
        nextEndMs = Math.min(nextEndMs, until);
        return new Decision(grant, claims, List.of(standing));
    }

    /** Ends reservations of which nobody has said in time what became of them: slots are free, the rest is used. */
    private void forgetOld(long now) {
        if (now / 1000 >= nextEndMs) {
            nextEndMs = Long.MAX_VALUE;
            for (Iterator<Open> each = open.values().iterator(); each.hasNext();) {
                Open reservation = each.next();
                if (reservation.untilMs <= now / 1000) {
                    each.remove();
                    reservation.claims.stream().filter(claim -> claim.limit().unit() == Limit.Unit.PARALLEL)
                            .forEach(claim -> balance(claim.limit(), now).settle(claim.cost(), 0,
                                    reservation.reservedMicros));
                } else {
                    nextEndMs = Math.min(nextEndMs, reservation.untilMs);
                }
            }
        }
        if (now >= nextLookMicros) {
            nextLookMicros = now + LOOK_MICROS;
            balances.values().removeIf(balance -> balance.isIdle(now));
        }
    }

    @Override
    public synchronized void settle(Decision decision, long[] used) {
        Open reservation = open.remove(decision.grant());
        if (reservation == null) {
            return;
        }
        long now = nowMicros.getAsLong();
        for (int i = 0; i < used.length; i++) {
            Claim claim = decision.claims().get(i);
            balance(claim.limit(), now).settle(claim.cost(), used[i], reservation.reservedMicros);
        }
    }

    @Override
    public synchronized long used(Limit limit) {
        long now = nowMicros.getAsLong();
        forgetOld(now);
        Balance balance = balances.get(Name.of(limit));
        if (balance == null) {
            return 0;
        }
        balance.goOnTo(limit, now);
        return balance.used();
    }

    /** What was really spent, of all budgets, for a file. */
    synchronized List<Spend> spends() {
        List<Spend> spends = new ArrayList<>();
        balances.forEach((name, balance) -> {
            if (balance.isSpend()) {
                spends.add(new Spend(name.account(), name.limit(), balance.windowBeginsMs(), balance.spent()));
            }
        });
        return spends;
    }

    /** Takes over a sum that an earlier process has noted; it is forgotten if another window holds by now. */
    synchronized void recall(Spend spend) {
        balances.computeIfAbsent(new Name(spend.account(), spend.limit()), name -> Balance.unused())
                .recall(spend.windowBeginsMs(), spend.micros());
    }

    /**
     * Adds to what is used of {@code limit} what is known to be used of it elsewhere.
     *
     * @param windowBeginsMs for a spend, of which window it is: nothing is added where another one holds by now
     * @param sum            in the limit's unit
     * @param reserved       for a spend, what of the sum is reserved only
     * @param untilMs        when that counts as spent, since nobody has said by then what was
     */
    public synchronized void recall(Limit limit, long windowBeginsMs, long sum, long reserved, long untilMs) {
        Balance balance = balance(limit, nowMicros.getAsLong());
        if (limit.unit() != Limit.Unit.SPEND || balance.windowBeginsMs() == windowBeginsMs) {
            balance.use(sum - reserved);
            balance.reserve(reserved, untilMs);
        }
    }

    private Balance balance(Limit limit, long now) {
        Name name = Name.of(limit);
        Balance balance = balances.get(name);
        if (balance == null) {
            balance = Balance.unused();
            balances.put(name, balance);
        }
        balance.goOnTo(limit, now);
        return balance;
    }
}
