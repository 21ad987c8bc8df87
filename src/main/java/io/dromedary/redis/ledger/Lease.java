package io.dromedary.redis.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.dromedary.ledger.Claim;
import io.dromedary.ledger.Decision;
import io.dromedary.ledger.Limit;
import io.dromedary.ledger.Limit.Unit;
import io.dromedary.ledger.Standing;

/**
 * What one gateway has reserved in Redis of the limits of one account for the requests of the next moments. It grants
 * them by itself, and tells Redis afterwards what they have used. When it is closed, what is free of it goes back at
 * once, and the rest in parts, as the requests end that have some of it. Safe for several threads.
 */
final class Lease {

    private final Decision reserved;
    private final long begunMs;
    private final Map<Limit, Share> shares;
    private int open;
    private int part;
    private boolean closed;
    private boolean telling;
    private boolean lastTold;

    /** Of one limit. */
    private static final class Share {

        private final Standing standing;
        /** What the lease before it has given back since: Redis took it for used when it granted this one. */
        private final long returned;
        /** What the requests of the lease before it had used: Redis took it for reserved only. */
        private final long settled;
        private long free;
        private long held;
        private long mostHeld;
        private long freeAtEnd;
        private long usedAtEnd;
        private long usedInAll;
        /** What Redis does not know yet: what has ended, and what that has used. */
        private long ended;
        private long used;
        /** Of a unit that is held: how much of it Redis takes for held. */
        private long slots;

        Share(Standing standing, long amount, long returned, long settled) {
            this.standing = standing;
            this.returned = returned;
            this.settled = settled;
            this.free = amount;
            this.slots = amount;
        }

        boolean isHeld() {
            return standing.limit().unit() == Unit.PARALLEL;
        }

        /** What is left of the limit, as far as this gateway knows. */
        long left() {
            return standing.remaining() + free + returned;
        }

        /** Of a sum of which requests reserve nothing, one is granted while something is left. */
        boolean allows(long cost) {
            return cost == 0 && standing.limit().unit() == Unit.SPEND ? left() > 0 : free >= cost;
        }

        boolean isKnown() {
            return isHeld() ? slots == held : ended == 0 && used == 0;
        }
    }

    /**
     * What Redis is told of a lease.
     *
     * @param number of the part, from 0
     * @param last   whether nothing is left
     * @param ended  what has ended of each limit
     * @param used   what was used of that
     */
    record Part(int number, boolean last, List<Claim> ended, long[] used) {
    }

    /**
     * @param reserved as Redis has granted it
     * @param before   the one that it follows, which is closed; null for none
     */
    Lease(Decision reserved, Lease before, long nowMs) {
        this.reserved = reserved;
        this.begunMs = nowMs;
        shares = new HashMap<>(2 * reserved.claims().size());
        for (int i = 0; i < reserved.claims().size(); i++) {
            Claim claim = reserved.claims().get(i);
            Share ended = before == null || before.isOfOtherWindow(claim.limit(), nowMs) ? null
                    : before.atEnd(claim.limit());
            shares.put(claim.limit(), new Share(reserved.standing().get(i), claim.cost(),
                    ended == null ? 0 : ended.freeAtEnd, ended == null ? 0 : ended.usedAtEnd));
        }
    }

    /** What Redis has granted. */
    Decision reserved() {
        return reserved;
    }

    /** How old it is, in ms. */
    long ageMs(long nowMs) {
        return nowMs - begunMs;
    }

    /** Grants {@code claims}, all of them or none; none once it is closed. */
    synchronized boolean take(List<Claim> claims) {
        if (closed) {
            return false;
        }
        for (Claim claim : claims) {
            Share share = shares.get(claim.limit());
            if (share == null || !share.allows(claim.cost())) {
                return false;
            }
        }
        for (Claim claim : claims) {
            Share share = shares.get(claim.limit());
            share.free -= claim.cost();
            share.held += claim.cost();
            share.mostHeld = Math.max(share.mostHeld, share.held);
        }
        open++;
        return true;
    }

    /**
     * A request has ended to which it had granted {@code claims}.
     *
     * @param used what that has used of each
     */
    synchronized void settle(List<Claim> claims, long[] used) {
        open--;
        for (int i = 0; i < used.length; i++) {
            Share share = shares.get(claims.get(i).limit());
            long cost = claims.get(i).cost();
            share.held -= cost;
            if (share.isHeld()) {
                share.free += cost;
                continue;
            }
            share.used += used[i];
            share.usedInAll += used[i];
            if (closed) {
                share.ended += cost;
            } else {
                share.free += cost - used[i];
            }
        }
    }

    /** It grants nothing more. */
    synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (Share share : shares.values()) {
            share.ended = share.free + share.used;
            share.freeAtEnd = Math.max(0, share.free);
            share.usedAtEnd = share.used;
        }
    }

    /** What Redis is to be told now; null while it is being told, where nothing is new, and before it is closed. */
    synchronized Part toTell() {
        if (!closed || telling) {
            return null;
        }
        List<Claim> ended = new ArrayList<>(shares.size());
        List<Long> used = new ArrayList<>(shares.size());
        shares.forEach((limit, share) -> {
            if (share.isKnown()) {
                return;
            }
            ended.add(new Claim(limit, share.isHeld() ? share.slots : share.ended));
            used.add(share.isHeld() ? share.held : share.used);
            share.slots = share.held;
            share.ended = 0;
            share.used = 0;
        });
        boolean last = open == 0;
        if (ended.isEmpty() && (!last || lastTold)) {
            return null;
        }
        if (ended.isEmpty()) {
            ended.add(new Claim(reserved.claims().get(0).limit(), 0)); // nothing but that it is over
            used.add(0L);
        }
        telling = true;
        lastTold = last;
        return new Part(part++, last, ended, used.stream().mapToLong(Long::longValue).toArray());
    }

    /** Redis knows the last part. */
    synchronized void told() {
        telling = false;
    }

    /** Whether less than a third of one of its limits is free. */
    synchronized boolean runsOut() {
        for (Claim claim : reserved.claims()) {
            Share share = shares.get(claim.limit());
            if (claim.cost() > 0 && share.free * 3 < claim.cost()) {
                return true;
            }
        }
        return false;
    }

    /** Whether something of the limit of that name is free in it, whatever a reload has made of that limit since. */
    synchronized boolean hasFree(String name) {
        return !closed && shares.entrySet().stream().anyMatch(each -> each.getKey().name().equals(name)
                && each.getValue().free > 0);
    }

    /** How much of a limit is free in it. */
    synchronized long free(Limit limit) {
        Share share = shares.get(limit);
        return closed || share == null ? 0 : share.free;
    }

    private synchronized Share atEnd(Limit limit) {
        return shares.get(limit);
    }

    private boolean isOfOtherWindow(Limit limit, long nowMs) {
        return limit.unit() == Unit.SPEND && limit.window().beginsMs(begunMs) != limit.window().beginsMs(nowMs);
    }

    /** What its requests have used of a limit so far. */
    synchronized long used(Limit limit) {
        Share share = shares.get(limit);
        return share == null ? 0 : share.usedInAll;
    }

    /** How much of a limit was held at the same time, at most. */
    synchronized long mostHeld(Limit limit) {
        Share share = shares.get(limit);
        return share == null ? 0 : share.mostHeld;
    }

    /** How its limits stand by what this gateway knows: what Redis said then, and what has happened here since. */
    synchronized List<Standing> standing(List<Claim> claims, long nowMs) {
        List<Standing> standing = new ArrayList<>(claims.size());
        long age = ageMs(nowMs);
        for (Claim claim : claims) {
            standing.add(standing(shares.get(claim.limit()), age));
        }
        return standing;
    }

    private static Standing standing(Share share, long age) {
        Standing then = share.standing;
        Limit limit = then.limit();
        long left = share.left();
        return switch (limit.unit()) {
            case PARALLEL -> new Standing(limit, left, 0, 0);
            case SPEND -> new Standing(limit, left, Math.max(0, then.resetMs() - age), 0,
                    Math.max(0, then.reserved() - share.free - share.returned - share.used - share.settled));
            case REQUESTS, TOKENS -> {
                double perMs = (double) limit.amount() / limit.window().lengthMs();
                long remaining = Math.max(0, Math.min(limit.amount(), left + (long) (age * perMs)));
                yield new Standing(limit, remaining, (long) Math.ceil((limit.amount() - remaining) / perMs), 0);
            }
        };
    }
}
