package io.dromedary.operator;

import java.util.Optional;
import java.util.function.ToDoubleFunction;

import io.dromedary.observe.metrics.MeterBook;
import io.dromedary.redis.RedisStatus;
import io.dromedary.redis.ledger.GuardedLedger;

/** What several gateways share, read when the metrics are. A gateway by itself tells nothing of it. */
final class RedisGauges {

    private final MeterBook book;
    private final GatewaySources of;

    private RedisGauges(MeterBook book, GatewaySources of) {
        this.book = book;
        this.of = of;
    }

    static void register(MeterBook book, GatewaySources of) {
        RedisGauges gauges = new RedisGauges(book, of);
        gauges.connection();
        gauges.ledger();
    }

    private void connection() {
        book.gauge("dromedary_redis_up", "Whether Redis is asked", status(status -> status.up() ? 1 : 0));
        book.counted("dromedary_redis_outages", "How often Redis went away", status(RedisStatus::outages));
        book.counted("dromedary_redis_late", "Calls to Redis without an answer in time", status(RedisStatus::late));
    }

    private MeterBook.Reading status(ToDoubleFunction<RedisStatus> value) {
        return tell -> of.shared().redis().ifPresent(redis ->
                tell.accept(value.applyAsDouble(redis.status()), new String[0]));
    }

    private void ledger() {
        book.gauge("dromedary_shared_gateways", "How many gateways share limits, as Redis said last",
                shared(GuardedLedger::gateways));
        book.counted("dromedary_shared_settlements_lost",
                "Requests whose use was not told to Redis, since too many waited for it: what they had reserved counts",
                shared(GuardedLedger::lost));
        book.counted("dromedary_shared_decisions",
                "By what limits were held: redis, a lease of it, or local, open, closed without it",
                tell -> ledgerOf().ifPresent(ledger -> ledger.readDecisions((by, count) ->
                tell.accept((double) count, new String[] {by}))), "by");
    }

    private MeterBook.Reading shared(ToDoubleFunction<GuardedLedger> value) {
        return tell -> ledgerOf().ifPresent(ledger -> tell.accept(value.applyAsDouble(ledger), new String[0]));
    }

    private Optional<GuardedLedger> ledgerOf() {
        return of.shared().ledger() instanceof GuardedLedger ledger ? Optional.of(ledger) : Optional.empty();
    }
}
