package io.dromedary.quota;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.dromedary.key.Budget;
import io.dromedary.key.VirtualKey;
import io.dromedary.log.GatewayLog;

/** Tells the log of a key that has passed its soft budget, once in each of the budget's windows. Stops nothing. */
final class SoftBudgets {

    private static final GatewayLog LOG = GatewayLog.of(SoftBudgets.class);

    private final Map<String, Long> told = new ConcurrentHashMap<>();

    private SoftBudgets() {
    }

    static SoftBudgets fresh() {
        return new SoftBudgets();
    }

    /**
     * A request has been paid for.
     *
     * @param spent what the key has spent in this window, in millionths of a US dollar
     */
    void spent(VirtualKey key, long spent, long nowMs) {
        Budget soft = key.limits().softBudget();
        if (spent <= Budget.micros(soft.usd())) {
            return;
        }
        Long begins = soft.window().beginsMs(nowMs);
        if (!begins.equals(told.put(key.alias(), begins))) {
            LOG.warn("The key {} has passed its soft budget: {} of {} US dollars are spent", key.alias(),
                    LimitError.usd(spent), soft.usd().stripTrailingZeros().toPlainString());
        }
    }
}
