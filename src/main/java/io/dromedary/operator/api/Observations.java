package io.dromedary.operator.api;

import io.dromedary.observe.flow.FlowCounts;
import io.dromedary.observe.recent.BreakerChanges;
import io.dromedary.observe.recent.LiveRequests;
import io.dromedary.observe.recent.RecentRequests;
import io.dromedary.observe.traffic.Traffic;

/**
 * What the page tells of what has happened. Owned by the app: a reload resets none of it.
 *
 * @param recent   finished requests
 * @param live     requests in flight
 * @param traffic  sums over time
 * @param breakers changes of breakers
 * @param flow     how often each step was taken
 */
public record Observations(RecentRequests recent, LiveRequests live, Traffic traffic, BreakerChanges breakers,
        FlowCounts flow) {

    /** Fresh ones. */
    public static Observations fresh() {
        return new Observations(new RecentRequests(), new LiveRequests(), new Traffic(System::currentTimeMillis),
                new BreakerChanges(), new FlowCounts());
    }
}
