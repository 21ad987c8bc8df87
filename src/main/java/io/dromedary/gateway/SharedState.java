package io.dromedary.gateway;

import io.dromedary.attempt.ClockTimer;
import io.dromedary.attempt.Hedging;
import io.dromedary.attempt.RequestShare;
import io.dromedary.balance.Loads;
import io.dromedary.breaker.Breakers;
import io.dromedary.server.MemoryBudget;
import io.dromedary.server.OverdueSteps;
import io.dromedary.settings.Settings;
import io.dromedary.http.UpstreamPools;

/**
 * What outlives a generation: a reload forgets none of it.
 *
 * @param breakers the circuit breakers
 * @param memory   what bodies and answers may take together
 * @param timer    on which clocks run out
 * @param retries  the bound on retries
 * @param hedging  the bound on second attempts
 * @param loads    how busy deployments are
 * @param pools    the connections to deployments
 * @param overdue  requests that are answered while a step still works on them
 */
public record SharedState(Breakers breakers, MemoryBudget memory, ClockTimer timer, RequestShare retries, Hedging hedging,
        Loads loads, UpstreamPools pools, OverdueSteps overdue) implements AutoCloseable {

    /** A fresh one, bounded as the tunables say. */
    public static SharedState of(Settings settings) {
        return new SharedState(new Breakers(settings), new MemoryBudget(settings.number("gateway.memory.bytes")), new ClockTimer(),
                new RequestShare(settings.number("gateway.retry.share")), new Hedging(settings.number("gateway.hedge.share")),
                new Loads(), new UpstreamPools(), new OverdueSteps());
    }

    @Override
    public void close() {
        breakers.close();
        pools.close();
        timer.close();
    }
}
