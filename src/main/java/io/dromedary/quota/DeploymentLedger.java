package io.dromedary.quota;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

import io.dromedary.attempt.Attempt;
import io.dromedary.key.AccessRules;
import io.dromedary.key.Budget;
import io.dromedary.ledger.Claim;
import io.dromedary.ledger.Decision;
import io.dromedary.ledger.Ledger;
import io.dromedary.ledger.Limit;
import io.dromedary.ledger.Standing;

/**
 * Holds attempts to the limits of their deployments. Tokens and cost are not reserved, since what an answer will need is
 * not known: an attempt is made while something is left, and what it has used counts at its end.
 */
public final class DeploymentLedger {

    private final AccessRules rules;
    private final Ledger ledger;
    private final long longestMs;

    /** @param longestMs after so many ms an attempt counts as ended even if nobody has said so */
    public DeploymentLedger(AccessRules rules, Ledger ledger, long longestMs) {
        this.rules = rules;
        this.ledger = ledger;
        this.longestMs = longestMs;
    }

    /**
     * Takes what an attempt needs, and settles it when the attempt ends.
     *
     * @return which limit of the deployment has nothing left; null where it may be asked
     */
    public Standing refuse(Attempt attempt) {
        List<Limit> limits = rules.limitsOf(attempt.deployment().id());
        if (limits.isEmpty()) {
            return null;
        }
        List<Claim> claims = new ArrayList<>(limits.size());
        for (Limit limit : limits) {
            claims.add(new Claim(limit, limit.unit() == Limit.Unit.SPEND ? 0 : 1));
        }
        Decision decision = ledger.reserve(claims, longestMs);
        if (!decision.granted()) {
            return decision.refusal().orElseThrow();
        }
        attempt.atEnd(() -> settle(attempt, decision));
        return null;
    }

    private void settle(Attempt attempt, Decision decision) {
        BigDecimal cost = attempt.cost();
        long[] used = new long[decision.claims().size()];
        for (int i = 0; i < used.length; i++) {
            used[i] = switch (decision.claims().get(i).limit().unit()) {
                case REQUESTS, PARALLEL -> 1;
                case TOKENS -> attempt.usage().total();
                case SPEND -> cost == null ? 0 : Budget.micros(cost);
            };
        }
        ledger.settle(decision, used);
    }
}
