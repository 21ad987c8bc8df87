package io.dromedary.observe;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestListener;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.log.GatewayLog;
import io.dromedary.model.Need;
import io.dromedary.upstream.LearnedRefusals;

/** Remembers what deployments refuse of what requests ask for, and forgets it when they do it all the same. */
public final class RefusalListener implements RequestListener {

    private static final GatewayLog LOG = GatewayLog.of(RefusalListener.class);

    private final LearnedRefusals refusals;

    /** @param refusals where it is kept */
    public RefusalListener(LearnedRefusals refusals) {
        this.refusals = refusals;
    }

    @Override
    public void deploymentGivenUp(Attempt failed) {
        UpstreamFailed failure = failed.failure();
        if (failure == null || failure.refused().isEmpty()) {
            return;
        }
        refusals.remember(failed.hop(), failure.refused());
        for (Need need : failure.refused()) {
            LOG.info("{} refuses {}: others are asked first for ten minutes", failed.deployment().id(), need.words());
        }
    }

    @Override
    public void firstContent(Attempt attempt) {
        refusals.forget(attempt.hop(), attempt.needs());
    }
}
