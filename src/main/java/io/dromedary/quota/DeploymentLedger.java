package io.dromedary.quota;

import java.util.ArrayList;
import java.util.List;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestRun;
import io.dromedary.key.AccessRules;
import io.dromedary.ledger.Claim;
import io.dromedary.ledger.Decision;
import io.dromedary.ledger.Ledger;
import io.dromedary.ledger.Limit;
import io.dromedary.ledger.Standing;

/**
 * Holds attempts to the limits of their deployments. Tokens are reserved as for a key. Of a budget nothing is: an
 * attempt is made while something is left of it, and what it has cost counts at its end. An attempt whose client leaves
 * before its answer has used the prompt.
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
     * @param answerTokens how many tokens of the answer are reserved at most, and where the request does not say
     * @return which limit of the deployment has nothing left; null where it may be asked
     */
    public Standing refuse(Attempt attempt, RequestRun run, long answerTokens) {
        List<Limit> limits = rules.limitsOf(attempt.deployment().id());
        if (limits.isEmpty()) {
            return null;
        }
        List<Claim> claims = new ArrayList<>(limits.size());
        for (Limit limit : limits) {
            claims.add(new Claim(limit, switch (limit.unit()) {
                case REQUESTS, PARALLEL -> 1;
                case TOKENS -> Estimate.of(run.body(), run.fields(), answerTokens, List.of()).tokens();
                case SPEND -> 0;
            }));
        }
        Decision decision = ledger.reserve(claims, longestMs);
        if (!decision.granted()) {
            return decision.refusal().orElseThrow();
        }
        attempt.atEnd(() -> settle(attempt, run, decision));
        return null;
    }

    private void settle(Attempt attempt, RequestRun run, Decision decision) {
        long[] used = new long[decision.claims().size()];
        for (int i = 0; i < used.length; i++) {
            used[i] = switch (decision.claims().get(i).limit().unit()) {
                case REQUESTS, PARALLEL -> 1;
                case TOKENS -> AttemptUse.tokens(run, attempt);
                case SPEND -> AttemptUse.micros(run, attempt, 0);
            };
        }
        ledger.settle(decision, used);
    }
}
