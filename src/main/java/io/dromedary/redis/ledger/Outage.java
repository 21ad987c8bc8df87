package io.dromedary.redis.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import io.dromedary.ledger.Claim;
import io.dromedary.ledger.Decision;
import io.dromedary.ledger.Limit;
import io.dromedary.ledger.Limit.Unit;
import io.dromedary.ledger.LocalLedger;
import io.dromedary.ledger.Standing;

/**
 * The time in which Redis is away and each gateway holds limits by itself: its share of each, and its share of what was
 * used when Redis was seen last. Requests that were held then are not counted.
 */
final class Outage {

    private final String mark;
    private final int share;
    private final LongSupplier nowMicros;
    private final Map<String, Seen> before;
    private final LocalLedger used;
    /** The same without what is used in the outage, so that this can be told apart afterwards. */
    private final LocalLedger unused;
    private final Map<String, Limit> begun = new ConcurrentHashMap<>();

    /** How a limit stood when Redis was seen last. */
    record Seen(Standing standing, long micros) {
    }

    /**
     * @param number names it in its grants
     * @param share  how many gateways there are
     * @param before how limits stood, by {@link #nameOf}
     */
    Outage(long number, int share, LongSupplier nowMicros, Map<String, Seen> before) {
        this.mark = prefix(number);
        this.share = share;
        this.nowMicros = nowMicros;
        this.before = before;
        used = new LocalLedger(nowMicros);
        unused = new LocalLedger(nowMicros);
    }

    private static String prefix(long number) {
        return "away-" + number + "-";
    }

    static String nameOf(Limit limit) {
        return limit.account() + "\n" + limit.name();
    }

    /** Whether it was in an outage that a grant was given. */
    static boolean isOfAny(String grant) {
        return grant.startsWith("away-");
    }

    /** Whether it was in this one. */
    boolean hasGranted(String grant) {
        return grant.startsWith(mark);
    }

    Decision reserve(List<Claim> claims, long longestMs) {
        for (Claim claim : claims) {
            Limit limit = claim.limit();
            begun.computeIfAbsent(nameOf(limit), name -> begin(limit, limit.sharedBy(share), longestMs));
        }
        Decision decision = used.reserve(shared(claims), longestMs);
        return new Decision(decision.granted() ? mark + decision.grant() : null, claims, decision.standing());
    }

    private List<Claim> shared(List<Claim> claims) {
        List<Claim> shared = new ArrayList<>(claims.size());
        claims.forEach(claim -> shared.add(new Claim(claim.limit().sharedBy(share), claim.cost())));
        return shared;
    }

    private Limit begin(Limit whole, Limit limit, long longestMs) {
        Seen seen = before.get(nameOf(limit));
        if (seen == null || limit.unit() == Unit.PARALLEL) {
            return whole;
        }
        double gone = (double) whole.amount() - seen.standing().remaining();
        long now = nowMicros.getAsLong();
        if (limit.unit() == Unit.SPEND) {
            long begins = whole.window().beginsMs(seen.micros() / 1000);
            recall(limit, begins, gone, seen.standing().reserved(), seen.micros() / 1000 + longestMs);
        } else {
            double filled = (now - seen.micros()) * (whole.amount() / (whole.window().lengthMs() * 1000.0));
            recall(limit, 0, Math.max(0, gone - filled), 0, 0);
        }
        return whole;
    }

    private void recall(Limit limit, long begins, double gone, double reserved, long untilMs) {
        long sum = (long) Math.ceil(gone / share);
        long held = Math.min(sum, (long) (reserved / share));
        used.recall(limit, begins, sum, held, untilMs);
        unused.recall(limit, begins, sum, held, untilMs);
    }

    /** Settles one of its grants while it lasts. */
    void settle(Decision decision, long[] actual) {
        used.settle(new Decision(decision.grant().substring(mark.length()), shared(decision.claims()),
                decision.standing()), actual);
    }

    /** What was used in it, to be told to Redis at its end. */
    Map<Limit, Long> uses() {
        Map<Limit, Long> uses = new ConcurrentHashMap<>();
        begun.values().forEach(whole -> {
            Limit limit = whole.sharedBy(share);
            long more = whole.unit() == Unit.PARALLEL ? 0 : used.used(limit) - unused.used(limit);
            if (more > 0) {
                uses.put(whole, more);
            }
        });
        return uses;
    }
}
