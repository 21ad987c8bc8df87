package io.dromedary.observe;

import io.dromedary.attempt.AttemptBudget;
import io.dromedary.attempt.HedgeBudget;
import io.dromedary.attempt.RequestListener;
import io.dromedary.attempt.RequestRun;

/** Pays into the budgets of retries and hedges, and counts hedges. */
public final class BudgetListener implements RequestListener {

    private final AttemptBudget retries;
    private final HedgeBudget hedges;

    /**
     * @param retries the bound on retries over all requests
     * @param hedges  the bound on hedges over all streams
     */
    public BudgetListener(AttemptBudget retries, HedgeBudget hedges) {
        this.retries = retries;
        this.hedges = hedges;
    }


    @Override
    public void planned(RequestRun run) {
        retries.request();
    }

    @Override
    public void mayBeHedged(RequestRun run) {
        hedges.stream();
    }

    @Override
    public void hedged(RequestRun run) {
        hedges.asks();
    }

    @Override
    public void hedgeWon(RequestRun run) {
        hedges.wins();
    }
}
