package io.dromedary.key;

import java.util.Map;

/**
 * How much a key may use. 0, null and an empty map are no limit.
 *
 * @param rpm          requests a minute
 * @param tpm          tokens a minute, of prompts and answers together
 * @param parallel     requests at the same time
 * @param modelRpm     requests a minute, by the name of a model
 * @param modelTpm     tokens a minute, by the name of a model
 * @param budget       how much it may spend
 * @param softBudget   how much it may spend until the log tells of it, in the budget's window
 * @param modelBudgets how much it may spend, by the name of a model
 */
public record KeyLimits(long rpm, long tpm, long parallel, Map<String, Long> modelRpm, Map<String, Long> modelTpm,
        Budget budget, Budget softBudget, Map<String, Budget> modelBudgets) {

    /** No limit at all. */
    public static final KeyLimits NONE = new KeyLimits(0, 0, 0, Map.of(), Map.of(), null, null, Map.of());

    /** Whether it limits nothing. */
    public boolean none() {
        return equals(NONE);
    }
}
