package io.dromedary.generation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.dromedary.attempt.AttemptBudget;
import io.dromedary.attempt.HedgeBudget;
import io.dromedary.attempt.RequestEvents;
import io.dromedary.attempt.RequestListener;
import io.dromedary.balance.Loads;
import io.dromedary.breaker.Breakers;
import io.dromedary.cache.Caches;
import io.dromedary.client.MemoryBudget;
import io.dromedary.client.OverdueSteps;
import io.dromedary.dialect.Dialects;
import io.dromedary.dialect.messages.MessagesDialect;
import io.dromedary.dialect.responses.ResponseStore;
import io.dromedary.dialect.responses.ResponsesDialect;
import io.dromedary.http.UpstreamPools;
import io.dromedary.ledger.Ledger;
import io.dromedary.ledger.LocalLedger;
import io.dromedary.model.RedisAddress;
import io.dromedary.observe.BudgetListener;
import io.dromedary.observe.LoadListener;
import io.dromedary.observe.RecordReader;
import io.dromedary.observe.RequestRecorder;
import io.dromedary.quota.QuotaListener;
import io.dromedary.redis.CooldownHints;
import io.dromedary.redis.RedisLink;
import io.dromedary.redis.ledger.GuardedLedger;
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
 * @param events   who is told what happens to requests, whatever their generation
 * @param dialects the dialects that clients may speak beside chat
 * @param responses answers that clients may refer to
 * @param overdue  requests that are answered while a step still works on them
 * @param ledger   what keys and deployments have used of their limits
 * @param redis    the connection to what several gateways share; empty for none
 * @param caches   answers that are given again
 */
public record SharedState(Breakers breakers, MemoryBudget memory, ClockTimer timer, AttemptBudget retries,
        HedgeBudget hedging, Loads loads, UpstreamPools pools, RequestEvents events, Dialects dialects,
        ResponseStore responses, OverdueSteps overdue, Ledger ledger,
        Optional<RedisLink> redis, Caches caches) implements AutoCloseable {

    /** Longer ones would keep from other gateways what this one does not use. */
    private static final long LONGEST_LEASE_MS = 1_000;
    private static final String NAMESPACE = "gateway.shared.namespace";

    /** A fresh one for one gateway by itself, bounded as the tunables say. */
    public static SharedState of(Settings settings, List<RecordReader> readers, Iterable<RequestListener> more) {
        return of(settings, readers, more, Optional.empty());
    }

    /**
     * A fresh one, bounded as the tunables say.
     *
     * @param redis   where the Redis is that several gateways share; it is not connected to yet
     * @param readers who reads the record of each finished request
     * @param more who is told what happens to requests beside the gateway's own listeners
     */
    public static SharedState of(Settings settings, List<RecordReader> readers, Iterable<RequestListener> more,
            Optional<RedisAddress> redis) {
        AttemptBudget retries = new AttemptBudget(settings.number("gateway.retry.share"));
        HedgeBudget hedges = new HedgeBudget(settings.number("gateway.hedge.share"));
        Loads loads = new Loads();
        List<RequestListener> listeners = new ArrayList<>(
                List.of(new LoadListener(loads), new BudgetListener(retries, hedges), new RequestRecorder(readers)));
        Optional<RedisLink> link = redis.map(RedisLink::new);
        Ledger ledger = link.<Ledger>map(each -> shared(each, settings)).orElseGet(() -> new LocalLedger(
                () -> TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis())));
        listeners.add(new QuotaListener(ledger));
        more.forEach(listeners::add);
        RequestEvents events = new RequestEvents(listeners);
        ResponseStore responses = new ResponseStore(settings.number("gateway.responses.store.items"),
                settings.number("gateway.responses.store.bytes"), settings.number("gateway.responses.store.age"),
                () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
        Breakers breakers = new Breakers(settings);
        link.ifPresent(each -> breakers.tellOthers(new CooldownHints(each, settings.text(NAMESPACE),
                breakers::saidElsewhere)::tell));
        return new SharedState(breakers, new MemoryBudget(settings.number("gateway.memory.bytes")),
                new ClockTimer(),
                retries, hedges, loads, new UpstreamPools(), events, dialects(settings, responses),
                responses, new OverdueSteps(), ledger, link, new Caches(settings, link));
    }

    private static GuardedLedger shared(RedisLink link, Settings settings) {
        return new GuardedLedger(link, settings.text(NAMESPACE),
                Math.min(RedisLink.LONGEST_CLOCK_MS, Math.max(1, settings.number("gateway.shared.timeout"))),
                Math.min(LONGEST_LEASE_MS, Math.max(0, settings.number("gateway.shared.lease"))),
                GuardedLedger.OnFailure.valueOf(settings.text("gateway.shared.on-failure").toUpperCase(Locale.ROOT)));
    }

    private static Dialects dialects(Settings settings, ResponseStore responses) {
        boolean keep = settings.text("gateway.dialect.reasoning-history").equals("keep");
        return new Dialects(List.of(new MessagesDialect(keep), new ResponsesDialect(responses, keep)));
    }

    @Override
    public void close() {
        ledger.close();
        redis.ifPresent(RedisLink::close);
        breakers.close();
        pools.close();
        timer.close();
        caches.close();
    }
}
