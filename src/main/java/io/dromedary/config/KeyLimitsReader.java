package io.dromedary.config;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import io.dromedary.findings.Findings;
import io.dromedary.findings.Rule;
import io.dromedary.key.Budget;
import io.dromedary.key.KeyLimits;
import io.dromedary.ledger.Window;
import io.dromedary.yaml.YamlTree;

/** Reads limits and budgets, those of a key above all, under LiteLLM's names. */
final class KeyLimitsReader {

    private static final KnownKeys KNOWN = KnownKeys.VIRTUAL_KEY;
    /** More digits than any amount of money has. A number of two characters, 1e999999999, has a billion of them. */
    private static final int MOST_DIGITS = 30;
    /** Beyond it, a ledger would not count by one any more. */
    private static final long MOST = 1L << 50;

    private final Findings faults;
    private final ScalarReader scalars;
    /** By their texts: keys have few different ones. */
    private final Map<String, Optional<Window>> windows = new HashMap<>();

    KeyLimitsReader(Findings faults, ScalarReader scalars) {
        this.faults = faults;
        this.scalars = scalars;
    }

    /** The limits of one entry of {@code virtual_keys}. */
    KeyLimits read(YamlTree entry) {
        return new KeyLimits(limit(entry, "rpm_limit"), limit(entry, "tpm_limit"),
                limit(entry, "max_parallel_requests"), byModel(entry, "model_rpm_limit"),
                byModel(entry, "model_tpm_limit"), budget(entry, KNOWN).orElse(null),
                amount(entry, "soft_budget", KNOWN.path("soft_budget"))
                        .map(usd -> new Budget(usd, window(entry, "budget_duration", KNOWN.path("budget_duration"))))
                        .orElse(null), budgetsByModel(entry));
    }

    /** {@code max_budget} with {@code budget_duration}; empty for none. 0 stops everything in LiteLLM, and here. */
    Optional<Budget> budget(YamlTree map, KnownKeys known) {
        Window window = window(map, "budget_duration", known.path("budget_duration"));
        return amount(map, "max_budget", known.path("max_budget")).map(usd -> new Budget(usd, window));
    }

    /** The budgets of a map by name, whose values have {@code budget_limit} and {@code time_period}, as LiteLLM's. */
    Map<String, Budget> budgets(YamlTree map, String path) {
        Map<String, Budget> budgets = new LinkedHashMap<>();
        map.entries().forEach((name, value) -> {
            String own = path + "." + name;
            if (value.isScalar() && !value.isNull()) {
                amount(map, name, own).ifPresent(usd -> budgets.put(name, new Budget(usd, Window.FOREVER)));
                return;
            }
            String limit = value.get("budget_limit").isPresent() ? "budget_limit" : "max_budget";
            String period = value.get("time_period").isPresent() ? "time_period" : "budget_duration";
            Optional<BigDecimal> usd = amount(value, limit, own + "." + limit);
            if (usd.isEmpty()) {
                faults.stop(Rule.VALUE_FORM, map.placeOfKey(name), own, "has no budget_limit",
                        "Write {budget_limit: 10, time_period: 1d}");
                return;
            }
            budgets.put(name, new Budget(usd.get(), window(value, period, own + "." + period)));
        });
        return budgets;
    }

    private Map<String, Budget> budgetsByModel(YamlTree entry) {
        return entry.get("model_max_budget").filter(YamlTree::isMap)
                .map(map -> budgets(map, KNOWN.path("model_max_budget"))).orElse(Map.of());
    }

    private Map<String, Long> byModel(YamlTree entry, String key) {
        Optional<YamlTree> written = entry.get(key).filter(YamlTree::isMap);
        if (written.isEmpty()) {
            return Map.of();
        }
        Map<String, Long> limits = new LinkedHashMap<>();
        written.ifPresent(map -> map.entries().forEach((model, value) -> {
            if (!value.isNull()) {
                limits.put(model, whole(map, model, KNOWN.path(key) + "." + model));
            }
        }));
        return limits;
    }

    private long limit(YamlTree entry, String key) {
        return entry.get(key).isEmpty() ? 0 : whole(entry, key, KNOWN.path(key));
    }

    private long whole(YamlTree map, String key, String path) {
        long limit = scalars.whole(map, key, path);
        if (limit == 0) {
            faults.stop(Rule.VALUE_FORM, map.placeOfKey(key), path, "is 0, which would let nothing through",
                    "Write 1 or more, or blocked: true for the key");
        }
        return Math.min(limit, MOST);
    }

    private Window window(YamlTree map, String key, String path) {
        Optional<String> text = scalars.text(map, key, path);
        if (text.isEmpty()) {
            return Window.FOREVER;
        }
        Optional<Window> window = windows.computeIfAbsent(text.get(), Window::written);
        if (window.isEmpty()) {
            faults.stop(Rule.VALUE_FORM, map.placeOfKey(key), path, "is no time",
                    "Write a number and a unit, such as 30m, 24h, 7d or 1mo");
        }
        return window.orElse(Window.FOREVER);
    }

    private Optional<BigDecimal> amount(YamlTree map, String key, String path) {
        return scalars.text(map, key, path).flatMap(text -> {
            Optional<BigDecimal> usd = decimal(text);
            if (usd.isEmpty()) {
                faults.stop(Rule.VALUE_FORM, map.placeOfKey(key), path, "is no amount of 0 or more",
                        "Write US dollars, such as 20 or 0.5");
            }
            return usd;
        });
    }

    private static Optional<BigDecimal> decimal(String text) {
        if (text.length() > 2 * MOST_DIGITS) {
            return Optional.empty(); // to read a long one takes a time that grows with its square
        }
        try {
            BigDecimal usd = new BigDecimal(text.trim());
            return usd.signum() >= 0 && usd.precision() <= MOST_DIGITS && Math.abs(usd.scale()) <= MOST_DIGITS
                    ? Optional.of(usd) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
