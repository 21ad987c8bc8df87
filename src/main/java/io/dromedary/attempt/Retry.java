package io.dromedary.attempt;

import io.dromedary.model.RetryRules;
import io.dromedary.settings.Settings;

/**
 * How a deployment is asked again.
 *
 * @param rules  how often
 * @param pauses after which time
 * @param budget how many retries there may be over all requests
 */
public record Retry(RetryRules rules, RetryPauses pauses, AttemptBudget budget) {

    /** The rules of the configuration with the pauses of the properties. */
    public static Retry of(RetryRules rules, Settings settings, AttemptBudget budget) {
        return new Retry(rules, new RetryPauses(
                settings.number("gateway.retry.first-wait"), settings.number("gateway.retry.max-wait")), budget);
    }
}
