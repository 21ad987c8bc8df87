package io.dromedary.observe;

import java.util.function.Function;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestListener;
import io.dromedary.breaker.Cooldown;
import io.dromedary.model.Deployment;

/**
 * Tells circuit breakers what their own statistics do not: the first content of a stream, and a deployment that is
 * given up.
 */
public final class BreakerListener implements RequestListener {

    private final Function<Deployment, Cooldown> breakers;

    /** @param breakers gives the breaker of a deployment */
    public BreakerListener(Function<Deployment, Cooldown> breakers) {
        this.breakers = breakers;
    }


    @Override
    public void firstContent(Attempt attempt) {
        breakers.apply(attempt.deployment()).answered();
    }

    @Override
    public void deploymentGivenUp(Attempt failed) {
        breakers.apply(failed.deployment()).leaveAloneAfter(failed.failure());
    }
}
