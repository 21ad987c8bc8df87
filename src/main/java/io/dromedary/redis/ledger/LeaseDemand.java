package io.dromedary.redis.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.dromedary.ledger.Claim;
import io.dromedary.ledger.Limit;

/**
 * What the requests of one account ask for in a short time, and what a lease for the next ones asks for: as much, and
 * a little more. Nothing where a limit has not much more left than all gateways' leases: near its end each request is
 * decided in Redis. Not safe for several threads.
 */
final class LeaseDemand {

    /** So many requests within a lease's time, and they are worth a lease: Redis is then asked less often. */
    private static final int BUSY = 8;
    /** A lease takes at most this part of what is left, by the number of gateways. */
    private static final int PART = 4;
    private static final long MOST_HELD = 1_000;
    /** A limit of which requests reserve nothing is nearly used up where less than this part of it is left. */
    private static final long NEARLY = 100;

    /** By the names of limits: a reload may change what a name means. */
    private final Map<String, Asked> asked = new HashMap<>();
    private final long leaseMs;
    private long begunMs;
    private int requests;

    /** Of one limit. */
    private static final class Asked {
        private final Limit limit;
        private long sum;
        private long most;

        Asked(Limit limit) {
            this.limit = limit;
        }
    }

    /** @param leaseMs how long a lease grants, in ms */
    LeaseDemand(long leaseMs) {
        this.leaseMs = leaseMs;
    }

    /** A request asks for {@code claims} at {@code ms}. */
    void add(List<Claim> claims, long ms) {
        if (ms - begunMs >= leaseMs) {
            begin(ms);
        }
        requests++;
        for (Claim claim : claims) {
            Asked of = asked.compute(claim.limit().name(), (name, known) ->
                    known != null && known.limit.equals(claim.limit()) ? known : new Asked(claim.limit()));
            of.sum += claim.cost();
            of.most = Math.max(of.most, claim.cost());
        }
    }

    /** What was asked for before {@code ms} counts no more. */
    void begin(long ms) {
        begunMs = ms;
        requests = 0;
        asked.clear();
    }

    /** Whether a lease is worth it. */
    boolean isBusy() {
        return requests >= BUSY;
    }

    /**
     * What the next lease asks for.
     *
     * @param left     how much is left of each limit
     * @param before   the lease before it; null for none
     * @param gateways how many share the limits
     * @return empty where a limit has too little left, or it is not known how much
     */
    List<Claim> next(Map<Limit, Long> left, Lease before, int gateways, long ms) {
        double scale = 1.25 * leaseMs / Math.max(leaseMs / 8, ms - begunMs);
        List<Claim> claims = new ArrayList<>(asked.size());
        for (Asked of : asked.values()) {
            long remaining = left.getOrDefault(of.limit, 0L);
            long most = remaining / (PART * (long) gateways);
            long want = switch (of.limit.unit()) {
                case PARALLEL -> places(of.limit, remaining, before);
                // Attempts reserve nothing of a deployment's budget: what the last ones have used is the measure.
                case SPEND -> of.most == 0 && before != null ? before.used(of.limit) * 2 : sum(of, scale);
                default -> sum(of, scale);
            };
            if (most < of.most || of.most == 0 && most < Math.max(want, of.limit.amount() / NEARLY)) {
                return List.of();
            }
            claims.add(new Claim(of.limit, Math.min(want, most)));
        }
        return claims;
    }

    private static long sum(Asked of, double scale) {
        return (long) Math.min(Long.MAX_VALUE / 2, of.sum * scale) + of.most;
    }

    /** As many as were held at a time, and half as many more. */
    private long places(Limit limit, long remaining, Lease before) {
        long held = before == null ? Math.min(requests, limit.amount() - remaining) : before.mostHeld(limit);
        return Math.min(MOST_HELD, held + held / 2 + 2);
    }
}
