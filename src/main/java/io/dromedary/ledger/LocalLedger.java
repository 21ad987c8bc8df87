package io.dromedary.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A ledger in this process's memory, for one gateway. One lock guards all of it, and is held for less than a
 * microsecond. What is held is given back by {@link #settle} alone: a process that dies forgets all of it anyway.
 */
public final class LocalLedger implements Ledger {

    private final LongSupplier nowMicros;
    private final Map<Name, Balance> balances = new HashMap<>();
    private final Map<String, Long> open = new HashMap<>();
    private final AtomicLong grants = new AtomicLong();

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
        List<Standing> standing = new ArrayList<>(claims.size());
        boolean granted = true;
        for (Claim claim : claims) {
            Standing stands = balance(claim.limit(), now).standing(claim.limit(), claim.cost());
            granted &= !stands.refuses();
            standing.add(stands);
        }
        if (!granted) {
            return new Decision(null, claims, List.copyOf(standing));
        }
        for (int i = 0; i < standing.size(); i++) {
            Limit limit = claims.get(i).limit();
            Balance balance = balance(limit, now);
            balance.use(claims.get(i).cost());
            standing.set(i, balance.standing(limit, 0).granted());
        }
        String grant = Long.toString(grants.incrementAndGet());
        open.put(grant, now);
        return new Decision(grant, claims, List.copyOf(standing));
    }

    @Override
    public synchronized void settle(Decision decision, long[] used) {
        Long reserved = open.remove(decision.grant());
        if (reserved == null) {
            return;
        }
        long now = nowMicros.getAsLong();
        for (int i = 0; i < used.length; i++) {
            Claim claim = decision.claims().get(i);
            balance(claim.limit(), now).settle(claim, used[i], reserved);
        }
    }

    @Override
    public synchronized long used(Limit limit) {
        Balance balance = balances.get(Name.of(limit));
        if (balance == null) {
            return 0;
        }
        balance.goOnTo(limit, nowMicros.getAsLong());
        return balance.used();
    }

    /** The sums of all spends, for a file. */
    synchronized List<Spend> spends() {
        List<Spend> spends = new ArrayList<>();
        balances.forEach((name, balance) -> {
            if (balance.isSpend()) {
                spends.add(new Spend(name.account(), name.limit(), balance.windowBeginsMs(), balance.used()));
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
     */
    public synchronized void recall(Limit limit, long windowBeginsMs, long sum) {
        Balance balance = balance(limit, nowMicros.getAsLong());
        if (limit.unit() != Limit.Unit.SPEND || balance.windowBeginsMs() == windowBeginsMs) {
            balance.use(sum);
        }
    }

    private Balance balance(Limit limit, long now) {
        Balance balance = balances.computeIfAbsent(Name.of(limit), name -> Balance.unused());
        balance.goOnTo(limit, now);
        return balance;
    }
}
