package io.dromedary.quota;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestRun;
import io.dromedary.key.Budget;

/** What one attempt has used, as the limits of keys and deployments count it. */
final class AttemptUse {

    private AttemptUse() {
    }

    /** Its tokens, as its answer tells or as its bytes let one guess. */
    static long tokens(RequestRun run, Attempt attempt) {
        return leftAlone(run, attempt) ? prompt(run, attempt).tokens() : attempt.usage().total();
    }

    /**
     * What it has cost, in millionths of a US dollar.
     *
     * @param unpriced what an answer counts as that cannot be priced
     */
    static long micros(RequestRun run, Attempt attempt, long unpriced) {
        if (leftAlone(run, attempt)) {
            return prompt(run, attempt).micros();
        }
        if (attempt.cost() != null) {
            return Budget.micros(attempt.cost());
        }
        return attempt.usage().told() ? unpriced : 0;
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
}
