package io.dromedary.quota;

import java.util.List;
import java.util.Map;
import java.util.Set;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestListener;
import io.dromedary.attempt.RequestRun;
import io.dromedary.client.ClientCall;
import io.dromedary.client.RequestAttachment;
import io.dromedary.key.VirtualKey;
import io.dromedary.ledger.Claim;
import io.dromedary.ledger.Decision;
import io.dromedary.ledger.Ledger;
import io.dromedary.ledger.Limit;
import io.dromedary.ledger.Limit.Unit;

/**
 * Settles what requests have reserved when their answers are there, with what they have really used: the tokens and
 * the cost of each attempt, whether it gave the answer or not. A request for which no upstream was asked and that
 * failed has used nothing, and is not counted either.
 */
public final class QuotaListener implements RequestListener {

    private static final int FIRST_ERROR = 400;
    /** In the place of a run, where a route of a team's own has made several plans for one request. */
    private static final Object SEVERAL = new Object();

    private final Ledger ledger;
    private final SoftBudgets softBudgets = SoftBudgets.fresh();

    /** @param ledger where it was reserved */
    public QuotaListener(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public void planned(RequestRun run) {
        if (RequestQuota.of(run.call().request()) != null) {
            Object before = RequestAttachment.of(run.call().request(), QuotaListener.class);
            RequestAttachment.put(run.call().request(), QuotaListener.class, before == null ? run : SEVERAL);
        }
    }

    /** The last event of a stream goes out next: what it has reserved must be free for the client's next request. */
    @Override
    public void usageKnown(Attempt attempt) {
        ClientCall call = attempt.call();
        if (RequestAttachment.of(call.request(), QuotaListener.class) instanceof RequestRun run
                && attempt.answered() && run.race().winner() == attempt && run.race().othersAreOver()) {
            settle(call, run, false);
        }
    }

    /**
     * The same for all other answers, unless other attempts run: what they use is known at the request's end. A request
     * that was cut short waits for that too, since a step of it may still run.
     */
    @Override
    public void answerEnds(ClientCall call, RequestRun run) {
        RequestRun known = known(call, run);
        if (call.cut() == null && (known == null || known.race().othersAreOver())) {
            settle(call, known, failed(call));
        }
    }

    @Override
    public void requestEnded(ClientCall call, RequestRun run) {
        settle(call, known(call, run), failed(call));
    }

    /**
     * The run: {@code run}, else the only one that was planned, since a route of a team's own may have asked the models
     * with a copy of the exchange; null where there is none, or there are several.
     */
    private static RequestRun known(ClientCall call, RequestRun run) {
        if (run != null) {
            return run;
        }
        return RequestAttachment.of(call.request(), QuotaListener.class) instanceof RequestRun planned ? planned : null;
    }

    private static boolean failed(ClientCall call) {
        return call.answer().status() >= FIRST_ERROR || call.gone();
    }

    private void settle(ClientCall call, RequestRun run, boolean failed) {
        RequestQuota.Noted noted = RequestQuota.noted(call.request());
        if (noted == null || !noted.decision().granted() || !noted.settled().compareAndSet(false, true)) {
            return;
        }
        Decision decision = noted.decision();
        List<Claim> claims = decision.claims();
        Map<Limit, Set<String>> standIns = noted.standIns();
        List<Attempt> attempts = run == null ? List.of() : run.attempts();
        long[] used = new long[claims.size()];
        for (int i = 0; i < used.length; i++) {
            Claim claim = claims.get(i);
            Set<String> names = standIns.isEmpty() ? null : standIns.get(claim.limit());
            used[i] = names == null ? used(claim, run, attempts, failed) : usedBy(names, claim, run, attempts);
        }
        ledger.settle(decision, used);
        if (noted.key().limits().softBudget() != null) {
            tellOfSoftBudget(noted.key(), decision, used);
        }
    }

    /** What others had used when it was admitted, and what it has used itself: asks the ledger nothing. */
    private void tellOfSoftBudget(VirtualKey key, Decision decision, long[] used) {
        if (decision.standing().size() < used.length) {
            return; // nobody has looked, since all is granted while the ledger is away
        }
        for (int i = 0; i < used.length; i++) {
            Limit limit = decision.claims().get(i).limit();
            if (limit.account().equals(key.account()) && KeyLimit.isSpend(limit)) {
                softBudgets.spent(key, Math.max(0, decision.standing().get(i).spent()) + used[i],
                        System.currentTimeMillis());
            }
        }
    }

    /** A route of a team's own has answered, and did not say what it used. */
    private static long unknown(boolean failed, long reserved) {
        return failed ? 0 : reserved;
    }

    private static long used(Claim claim, RequestRun run, List<Attempt> attempts, boolean failed) {
        if (claim.limit().unit() == Unit.REQUESTS || claim.limit().unit() == Unit.PARALLEL) {
            return failed && (run == null || run.made() == 0) ? 0 : claim.cost();
        }
        return run == null ? unknown(failed, claim.cost()) : used(claim, run, attempts);
    }

    /** What models have used that stand in. */
    private static long usedBy(Set<String> standIns, Claim claim, RequestRun run, List<Attempt> attempts) {
        if (run == null) {
            return 0;
        }
        List<Attempt> theirs = attempts.stream().filter(attempt -> attempt.hop().fallback() > 0
                && attempt.askedNanos() != 0 && standIns.contains(attempt.hop().model())).toList();
        if (claim.limit().unit() == Unit.REQUESTS) {
            return theirs.isEmpty() ? 0 : claim.cost();
        }
        return used(claim, run, theirs);
    }

    /** What attempts have used in tokens or cost: what was reserved where an answer cannot be priced. */
    private static long used(Claim claim, RequestRun run, List<Attempt> attempts) {
        long used = 0;
        for (Attempt attempt : attempts) {
            used += claim.limit().unit() == Unit.TOKENS ? AttemptUse.tokens(run, attempt)
                    : AttemptUse.micros(run, attempt, claim.cost());
        }
        return used;
    }
}
