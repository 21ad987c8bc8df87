package io.dromedary.quota;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import io.dromedary.client.ApiError;
import io.dromedary.client.ClientCall;
import io.dromedary.key.AccessRules;
import io.dromedary.key.Budget;
import io.dromedary.key.KeyLimits;
import io.dromedary.key.VirtualKey;
import io.dromedary.ledger.Claim;
import io.dromedary.ledger.Decision;
import io.dromedary.ledger.Ledger;
import io.dromedary.ledger.LedgerAway;
import io.dromedary.ledger.Limit;
import io.dromedary.ledger.Limit.Unit;
import io.dromedary.model.Deployment;

/** Holds requests to the limits of their keys, and to those on all keys together. */
public final class KeyLedger {

    /** Of a spend that only counts: more than a billion US dollars, and exact to a millionth of one. */
    private static final long COUNTS_ALL = 1L << 50;
    /** A client may ask again when it has the last of a stream, a moment before that request has ended here. */
    private static final int MOMENTS = 4;
    private static final long MOMENT_MS = 25;

    private final Ledger ledger;
    private final List<Limit> ofAll;
    /** Made for a key that is used: there may be ten thousand that are not. */
    private final Map<String, Limits> made = new ConcurrentHashMap<>();
    private final long longestMs;

    /**
     * The limits of one key.
     *
     * @param always  those on all of its requests
     * @param byModel those on requests for one model
     * @param others  all that hold for a request for a model that has none of its own
     * @param ofModel all that hold for a request for a model that has
     */
    private record Limits(List<Limit> always, Map<String, List<Limit>> byModel, List<Limit> others,
            Map<String, List<Limit>> ofModel) {

        static Limits of(VirtualKey key, List<Limit> ofAll) {
            KeyLimits limits = key.limits();
            String account = key.account();
            List<Limit> always = new ArrayList<>();
            add(always, account, "rpm", Unit.REQUESTS, limits.rpm());
            add(always, account, "tpm", Unit.TOKENS, limits.tpm());
            if (limits.parallel() > 0) {
                always.add(Limit.parallel(account, "parallel", limits.parallel()));
            }
            if (limits.budget() != null) {
                always.add(limits.budget().on(account, KeyLimit.BUDGET));
            } else if (limits.softBudget() != null) {
                always.add(new Limit(account, KeyLimit.SOFT_BUDGET, Unit.SPEND, COUNTS_ALL,
                        limits.softBudget().window()));
            }
            Map<String, List<Limit>> byModel = new HashMap<>();
            limits.modelRpm().forEach((model, rpm) -> add(list(byModel, model), account, "rpm:" + model,
                    Unit.REQUESTS, rpm));
            limits.modelTpm().forEach((model, tpm) -> add(list(byModel, model), account, "tpm:" + model,
                    Unit.TOKENS, tpm));
            limits.modelBudgets().forEach((model, budget) -> list(byModel, model)
                    .add(budget.on(account, "budget:" + model)));
            Map<String, List<Limit>> ofModel = new HashMap<>();
            byModel.forEach((model, own) -> ofModel.put(model, joined(always, own, ofAll)));
            return new Limits(always, byModel, joined(always, List.of(), ofAll), ofModel);
        }

        private static List<Limit> joined(List<Limit> always, List<Limit> ofModel, List<Limit> ofAll) {
            return Stream.of(always, ofModel, ofAll).flatMap(List::stream).toList();
        }

        /** All that hold for a request for {@code model}: made once, where that is the only name it has. */
        List<Limit> all(String model, List<Deployment> serving, List<Limit> ofAll) {
            if (!byModel.isEmpty()) {
                for (Deployment deployment : serving) {
                    if (!deployment.group().equals(model)) {
                        return joined(always, of(model, serving), ofAll);
                    }
                }
            }
            return ofModel.getOrDefault(model, others);
        }

        /** Those on one model, by whatever name it is asked for. */
        List<Limit> of(String model, List<Deployment> serving) {
            Set<String> names = new LinkedHashSet<>(List.of(model));
            serving.forEach(deployment -> names.add(deployment.group()));
            List<Limit> limits = new ArrayList<>();
            names.forEach(name -> limits.addAll(byModel.getOrDefault(name, List.of())));
            return limits;
        }

        private static List<Limit> list(Map<String, List<Limit>> byModel, String model) {
            return byModel.computeIfAbsent(model, name -> new ArrayList<>());
        }

        private static void add(List<Limit> limits, String account, String name, Unit unit, long amount) {
            if (amount > 0) {
                limits.add(Limit.perMinute(account, name, unit, amount));
            }
        }
    }

    /**
     * @param longestMs after so many ms a request counts as ended even if nobody has said so
     */
    public KeyLedger(AccessRules rules, Ledger ledger, long longestMs) {
        this.ledger = ledger;
        this.ofAll = rules.gatewayLimits();
        this.longestMs = longestMs;
    }

    /**
     * The limits on a request of {@code key}; empty for none. Those for one model hold by whatever name it is asked
     * for: that of its group, or one that a wildcard serves.
     *
     * @param model   as it is asked for
     * @param serving who serves it
     */
    public List<Limit> limits(VirtualKey key, String model, List<Deployment> serving) {
        if (key.limits().none()) {
            return ofAll;
        }
        return own(key).all(model, serving, ofAll);
    }

    /**
     * The limits on models that the client wants to stand in, beside {@code held}: with the names of those models.
     *
     * @param standIns the models that it names, with who serves them
     */
    public Map<Limit, Set<String>> limitsOfStandIns(VirtualKey key, Map<String, List<Deployment>> standIns,
            List<Limit> held) {
        if (key.limits().none() || standIns.isEmpty()) {
            return Map.of();
        }
        Limits own = own(key);
        Map<Limit, Set<String>> limits = new LinkedHashMap<>();
        standIns.forEach((model, serving) -> own.of(model, serving).stream().filter(limit -> !held.contains(limit))
                .forEach(limit -> limits.computeIfAbsent(limit, each -> new LinkedHashSet<>()).add(model)));
        return limits;
    }

    private Limits own(VirtualKey key) {
        Limits own = made.get(key.alias());
        return own == null ? made.computeIfAbsent(key.alias(), alias -> Limits.of(key, ofAll)) : own;
    }

    private Limits limits(VirtualKey key) {
        Limits own = made.get(key.alias());
        return own == null ? Limits.of(key, ofAll) : own;
    }

    /** How much {@code key} has used of each of its limits; those for single models are the last. */
    public List<KeyLimit.Use> uses(VirtualKey key) {
        Limits own = limits(key);
        return Stream.concat(own.always.stream(), own.byModel.values().stream().flatMap(List::stream))
                .map(limit -> new KeyLimit.Use(limit, ledger.used(limit))).toList();
    }

    /** Whether {@code key} has spent more than its soft budget, in the window that it is in. */
    public boolean softBudgetPassed(VirtualKey key) {
        return key.limits().softBudget() != null && limits(key).always.stream().filter(KeyLimit::isSpend)
                .anyMatch(limit -> ledger.used(limit) > Budget.micros(key.limits().softBudget().usd()));
    }

    private Decision reserve(VirtualKey key, List<Claim> claims) {
        try {
            return ledger.reserve(claims, longestMs);
        } catch (LedgerAway e) {
            throw ApiError.busy("The limits of the key '" + key.alias() + "' cannot be looked up now",
                    e.retryAfterSeconds());
        }
    }

    /**
     * Reserves what a request may use.
     *
     * @param limits   of {@link #limits}
     * @param standIns of {@link #limitsOfStandIns}; not empty where those are
     * @param estimate what it will use, about
     * @throws ApiError 429 if a limit has not so much left; 503 if what is left cannot be looked up
     */
    public void admit(ClientCall call, VirtualKey key, List<Limit> limits, Map<Limit, Set<String>> standIns,
            Estimate estimate) {
        List<Claim> claims = new ArrayList<>(limits.size() + standIns.size());
        for (Limit limit : limits) {
            claims.add(estimate.on(limit));
        }
        standIns.keySet().forEach(limit -> claims.add(estimate.on(limit)));
        Decision before = RequestQuota.of(call.request());
        if (before != null && before.granted()) {
            // The route has the step twice: the second time decides.
            ledger.settle(before, new long[before.claims().size()]);
        }
        Decision decision = reserve(key, claims);
        for (int waited = 0; waited < MOMENTS && waitsForPlace(decision); waited++) {
            call.pause(MOMENT_MS);
            decision = reserve(key, claims);
        }
        RequestQuota.note(call.request(), key, decision, standIns);
        decision.refusal().ifPresent(refusal -> {
            throw LimitError.of(key, refusal);
        });
    }

    private static boolean waitsForPlace(Decision decision) {
        return decision.refusal().map(refusal -> refusal.limit().unit() == Unit.PARALLEL).orElse(false);
    }
}
