package io.dromedary.observe;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.ParameterChange;
import io.dromedary.attempt.RequestListener;
import io.dromedary.log.GatewayLog;
import io.dromedary.upstream.LearnedDrops;

/** Remembers how a request had to be changed for a deployment, once an answer has come to the changed request. */
public final class ParameterListener implements RequestListener {

    private static final GatewayLog LOG = GatewayLog.of(ParameterListener.class);

    private final LearnedDrops learned;

    /** @param learned where it is kept */
    public ParameterListener(LearnedDrops learned) {
        this.learned = learned;
    }

    @Override
    public void usageKnown(Attempt attempt) {
        for (ParameterChange change : attempt.leftOut()) {
            learned.remember(attempt, change);
            LOG.info("{} does not take {}, which is left out or renamed for an hour", attempt.deployment().id(),
                    change.name());
        }
    }
}
