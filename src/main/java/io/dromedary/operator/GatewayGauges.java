package io.dromedary.operator;

import java.util.function.DoubleSupplier;
import java.util.function.ToLongFunction;

import io.dromedary.cache.Caches;
import io.dromedary.generation.Reloading;
import io.dromedary.observe.metrics.MeterBook;
import io.dromedary.settings.GatewayVersion;

/** What the gateway knows of itself, read when the metrics are. */
final class GatewayGauges {

    private final MeterBook book;
    private final GatewaySources of;

    private GatewayGauges(MeterBook book, GatewaySources of) {
        this.book = book;
        this.of = of;
    }

    static void register(MeterBook book, GatewaySources of) {
        GatewayGauges gauges = new GatewayGauges(book, of);
        gauges.requests();
        gauges.reloads();
        gauges.hedges();
        gauges.cache();
    }

    private void one(String name, String help, DoubleSupplier value) {
        book.gauge(name, help, tell -> tell.accept(value.getAsDouble(), new String[0]));
    }

    private void requests() {
        one("dromedary_requests_in_flight", "Requests in flight, from their heads to the ends of their answers",
                () -> of.server().requestsInFlight());
        one("litellm_in_flight_requests", "The same", () -> of.server().requestsInFlight());
        one("dromedary_requests_limit", "How many requests may be in flight", () -> of.server().requestsMost());
        one("dromedary_client_connections", "Connections of clients", () -> of.server().connectionsOpen());
        one("dromedary_memory_held_bytes", "What bodies and answers take", () -> of.shared().memory().held());
        one("dromedary_memory_limit_bytes", "What bodies and answers may take together",
                () -> of.shared().memory().limit());
        one("dromedary_steps_overdue", "Requests that have their answer while a step of a route still works on them",
                () -> of.shared().overdue().count());
        book.counted("dromedary_log_lines_dropped", "Lines of log that were dropped because nobody read them",
                tell -> tell.accept((double) of.logDrops().getAsLong(), new String[0]));
        book.gauge("dromedary_build_info", "Which gateway this is",
                tell -> tell.accept(1.0, new String[] {GatewayVersion.get()}), "version");
    }

    private void reloads() {
        one("dromedary_generation", "Which generation serves, counted from 1", () -> of.reloading().generation());
        book.counted("dromedary_reloads", "Reloads: taken (ok) or refused (failed)", tell -> {
            Reloading.Tally tally = of.reloading().tally();
            tell.accept((double) tally.taken(), new String[] {"ok"});
            tell.accept((double) tally.refused(), new String[] {"failed"});
        }, "result");
        one("dromedary_last_reload_ok", "Whether the last reload was taken; 1 where there was none",
                () -> of.reloading().tally().good() ? 1 : 0);
        one("dromedary_last_reload_timestamp_seconds", "When the last reload was; 0 where there was none",
                () -> of.reloading().tally().at() / 1000.0);
    }

    private void cache() {
        // LiteLLM's names beside the gateway's own, where it has one.
        for (String name : new String[] {"dromedary_cache_hits", "litellm_cache_hits_metric"}) {
            count(name, "Requests that were answered from the cache", Caches::hits);
        }
        for (String name : new String[] {"dromedary_cache_misses", "litellm_cache_misses_metric"}) {
            count(name, "Requests whose answers were looked for in the cache in vain", Caches::misses);
        }
        count("dromedary_cache_stores", "Answers that were put into the cache", Caches::stores);
        one("dromedary_cache_entries", "Answers that this process keeps in memory", () -> of.shared().caches()
                .entries());
        one("dromedary_cache_bytes", "What they take, about", () -> of.shared().caches().bytes());
    }

    private void count(String name, String help, ToLongFunction<Caches> value) {
        book.counted(name, help, tell ->
                tell.accept((double) value.applyAsLong(of.shared().caches()), new String[0]));
    }

    private void hedges() {
        book.counted("dromedary_hedges", "Second attempts beside a slow first: how many were asked, and have won",
                tell -> {
                    tell.accept((double) of.shared().hedging().asked(), new String[] {"asked"});
                    tell.accept((double) of.shared().hedging().won(), new String[] {"won"});
                }, "result");
    }
}
