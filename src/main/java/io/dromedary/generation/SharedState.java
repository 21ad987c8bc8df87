package io.dromedary.generation;

import io.dromedary.attempt.AttemptBudget;
import io.dromedary.attempt.HedgeBudget;
import io.dromedary.balance.Loads;
import io.dromedary.breaker.Breakers;
import io.dromedary.client.MemoryBudget;
import io.dromedary.client.OverdueSteps;
import io.dromedary.http.UpstreamPools;
import io.dromedary.settings.Settings;
import io.dromedary.time.ClockTimer;

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
public record SharedState(Breakers breakers, MemoryBudget memory, ClockTimer timer, AttemptBudget retries, HedgeBudget hedging,
        Loads loads, UpstreamPools pools, OverdueSteps overdue) implements AutoCloseable {

    /** A fresh one, bounded as the tunables say. */
    public static SharedState of(Settings settings) {
        return new SharedState(new Breakers(settings), new MemoryBudget(settings.number("gateway.memory.bytes")), new ClockTimer(),
                new AttemptBudget(settings.number("gateway.retry.share")), new HedgeBudget(settings.number("gateway.hedge.share")),
                new Loads(), new UpstreamPools(), new OverdueSteps());
    }

    @Override
    public void close() {
        breakers.close();
        pools.close();
        timer.close();
    }
}
