package io.dromedary.operator;

import java.util.stream.Stream;

import io.dromedary.client.ClientKey;
import io.dromedary.key.VirtualKey;
import io.dromedary.ledger.Limit;
import io.dromedary.ledger.Limit.Unit;
import io.dromedary.observe.metrics.MeterBook;
import io.dromedary.observe.metrics.MetricLabels;
import io.dromedary.quota.KeyLimit;
import io.dromedary.quota.KeyLimit.Use;

/**
 * How much keys have used of their limits, read when the metrics are. LiteLLM's dashboards ask for the master key too,
 * which has no limit. Of many thousands of keys with limits, the first thousand are told.
 */
final class KeyGauges {

    private static final int MOST_KEYS = 1000;
    private static final String[] KEY = {"hashed_api_key", "api_key_alias"};
    private static final String[] OF_MODEL = {"hashed_api_key", "api_key_alias", "model"};
    private static final double HOUR_MS = 3_600_000;
    private static final double MICRO = 1e6;

    private final MeterBook book;
    private final GatewaySources of;

    private KeyGauges(MeterBook book, GatewaySources of) {
        this.book = book;
        this.of = of;
    }

    static void register(MeterBook book, GatewaySources of) {
        KeyGauges gauges = new KeyGauges(book, of);
        gauges.budgets();
        gauges.rates();
        gauges.own();
    }

    /** What is told of one limit of a key. */
    @FunctionalInterface
    private interface Told {
        void tell(VirtualKey key, Use use);
    }

    private void each(Told told) {
        keys().forEach(key -> of.active().get().keyLedger().uses(key).forEach(use -> told.tell(key, use)));
    }

    private Stream<VirtualKey> keys() {
        return of.active().get().config().access().keys().stream().filter(key -> !key.limits().none())
                .limit(MOST_KEYS);
    }

    private void budgets() {
        budget("litellm_api_key_max_budget_metric", "The key's budget, in USD", (use, now) ->
                use.limit().amount() / MICRO);
        budget("litellm_remaining_api_key_budget_metric", "What is left of the key's budget, in USD", (use, now) ->
                (use.limit().amount() - use.used()) / MICRO);
        budget("litellm_api_key_budget_remaining_hours_metric", "Hours until the key's budget begins anew",
                (use, now) -> use.resetsAt(now) == Long.MAX_VALUE ? Double.POSITIVE_INFINITY
                        : (use.resetsAt(now) - now) / HOUR_MS);
    }

    private void budget(String name, String help, Value value) {
        book.gauge(name, help + "; +Inf for the master key", tell -> {
            tell.accept(Double.POSITIVE_INFINITY, new String[] {MetricLabels.NONE, ClientKey.MASTER});
            long now = System.currentTimeMillis();
            each((key, use) -> {
                if (use.limit().name().equals(KeyLimit.BUDGET)) {
                    tell.accept(value.of(use, now), labels(key));
                }
            });
        }, KEY);
    }

    /** A figure of a limit. */
    @FunctionalInterface
    private interface Value {
        double of(Use use, long now);
    }

    private void rates() {
        rate("litellm_remaining_api_key_requests_for_model", "Requests that the key has left this minute",
                Unit.REQUESTS);
        rate("litellm_remaining_api_key_tokens_for_model", "Tokens that the key has left this minute", Unit.TOKENS);
    }

    private void rate(String name, String help, Unit unit) {
        String more = "; model is None where the limit is one on all of them. +Inf for the master key";
        book.gauge(name, help + more, tell -> {
            of.active().get().catalogue().modelNames().forEach(model -> tell.accept(Double.POSITIVE_INFINITY,
                    new String[] {MetricLabels.NONE, ClientKey.MASTER, model}));
            each((key, use) -> {
                if (use.limit().unit() == unit) {
                    tell.accept((double) Math.max(0, use.limit().amount() - use.used()), new String[] {
                        MetricLabels.hash(key), key.alias(), KeyLimit.modelOf(use.limit()).orElse(MetricLabels.NONE)});
                }
            });
        }, OF_MODEL);
    }

    private void own() {
        limits("dromedary_key_limit", "How much the key may use: budgets in USD", (use, now) ->
                inUnit(use.limit(), use.limit().amount()));
        limits("dromedary_key_used", "How much of it is used at the moment: budgets in USD", (use, now) ->
                inUnit(use.limit(), use.used()));
        book.gauge("dromedary_key_soft_budget_passed", "1 where the key has spent more than its soft budget", tell ->
                keys().filter(key -> key.limits().softBudget() != null).forEach(key -> tell.accept(
                        of.active().get().keyLedger().softBudgetPassed(key) ? 1.0 : 0.0, new String[] {key.alias()})),
                "api_key_alias");
    }

    private void limits(String name, String help, Value value) {
        book.gauge(name, help, tell -> {
            long now = System.currentTimeMillis();
            each((key, use) -> {
                if (!use.limit().name().equals(KeyLimit.SOFT_BUDGET)) {
                    tell.accept(value.of(use, now), new String[] {key.alias(), use.limit().name()});
                }
            });
        }, "api_key_alias", "limit");
    }

    private static double inUnit(Limit limit, long amount) {
        return limit.unit() == Unit.SPEND ? amount / MICRO : amount;
    }

    private static String[] labels(VirtualKey key) {
        return new String[] {MetricLabels.hash(key), key.alias()};
    }
}
