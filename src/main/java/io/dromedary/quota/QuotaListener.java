package io.dromedary.quota;

import java.util.List;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestListener;
import io.dromedary.attempt.RequestRun;
import io.dromedary.client.ClientCall;
import io.dromedary.client.ClientKey;
import io.dromedary.client.RequestAttachment;
import io.dromedary.key.Budget;
import io.dromedary.key.VirtualKey;
import io.dromedary.ledger.Claim;
import io.dromedary.ledger.Decision;
import io.dromedary.ledger.Ledger;
import io.dromedary.ledger.Limit;

/**
 * Settles what requests have reserved when their answers are there, with what they have really used: the tokens and
 * the cost of each attempt, whether it gave the answer or not. A request for which no upstream was asked and that
 * failed has used nothing, and is not counted either.
 */
public final class QuotaListener implements RequestListener {

    private static final int FIRST_ERROR = 400;

    private final Ledger ledger;
    private final SoftBudgets softBudgets = SoftBudgets.fresh();

    /** @param ledger where it was reserved */
    public QuotaListener(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public void planned(RequestRun run) {
        if (RequestQuota.of(run.call().request()) != null) {
            RequestAttachment.put(run.call().request(), QuotaListener.class, run);
        }
    }

    /** The client may ask again before its request has ended here: what it held must be there by then. */
    @Override
    public void usageKnown(Attempt attempt) {
        ClientCall call = attempt.call();
        if (RequestAttachment.of(call.request(), QuotaListener.class) instanceof RequestRun run
                && attempt.answered() && !run.race().hedged()) {
            settle(call, run, false);
        }
    }

    @Override
    public void requestEnded(ClientCall call, RequestRun run) {
        settle(call, run, call.answer().status() >= FIRST_ERROR || call.gone());
    }

    private void settle(ClientCall call, RequestRun run, boolean failed) {
        Decision decision = RequestQuota.of(call.request());
        if (decision == null || !decision.granted()) {
            return;
        }
        List<Claim> claims = decision.claims();
        boolean asked = run != null && run.made() > 0;
        long[] used = new long[claims.size()];
        for (int i = 0; i < used.length; i++) {
            long reserved = claims.get(i).cost();
            used[i] = switch (claims.get(i).limit().unit()) {
                case REQUESTS, PARALLEL -> failed && !asked ? 0 : reserved;
                case TOKENS -> run == null ? unknown(failed, reserved) : tokens(run);
                case SPEND -> run == null ? unknown(failed, reserved) : micros(run, reserved);
            };
        }
        ledger.settle(decision, used);
        VirtualKey key = ClientKey.keyOf(call.request());
        if (key != null && key.limits().softBudget() != null) {
            tellOfSoftBudget(key, decision, used);
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

    private static long tokens(RequestRun run) {
        long tokens = 0;
        for (Attempt attempt : run.attempts()) {
            tokens += leftAlone(run, attempt) ? prompt(run, attempt).tokens() : attempt.usage().total();
        }
        return tokens;
    }

    /**
     * Whether its deployment was at work when the client left, and has not told what for: the prompt counts, or whoever
     * leaves before the first content would pay nothing.
     */
    private static boolean leftAlone(RequestRun run, Attempt attempt) {
        return run.call().gone() && attempt.askedNanos() != 0 && attempt.failure() == null && !attempt.usage().told();
    }

    private static Estimate prompt(RequestRun run, Attempt attempt) {
        return Estimate.ofPrompt(run.body(), run.fields(), attempt.deployment().prices());
    }

    /** What it has cost; what was reserved where an upstream's answer cannot be priced. */
    private static long micros(RequestRun run, long reserved) {
        long micros = 0;
        for (Attempt attempt : run.attempts()) {
            if (leftAlone(run, attempt)) {
                micros += prompt(run, attempt).micros();
            } else if (attempt.cost() != null) {
                micros += Budget.micros(attempt.cost());
            } else if (attempt.usage().told()) {
                micros += reserved;
            }
        }
        return micros;
    }
}
