package io.dromedary.observe;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestListener;
import io.dromedary.balance.Loads;

/** Keeps the loads of deployments: requests in flight, how soon they answer, and the tokens that they have used. */
public final class LoadListener implements RequestListener {

    private final Loads loads;

    /** @param loads where they are kept */
    public LoadListener(Loads loads) {
        this.loads = loads;
    }


    @Override
    public void attemptBegan(Attempt attempt) {
        loads.of(attempt.deployment()).begins();
    }

    @Override
    public void firstContent(Attempt attempt) {
        loads.of(attempt.deployment()).answeredAfter(attempt.elapsedNanos());
    }

    @Override
    public void usageKnown(Attempt attempt) {
        loads.of(attempt.deployment()).used(attempt.usage().total());
    }

    @Override
    public void attemptEnded(Attempt attempt) {
        loads.of(attempt.deployment()).ends();
    }
}
