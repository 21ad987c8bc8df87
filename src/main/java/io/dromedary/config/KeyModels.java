package io.dromedary.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.dromedary.findings.Findings;
import io.dromedary.findings.Rule;
import io.dromedary.key.KeyLimits;
import io.dromedary.key.VirtualKey;
import io.dromedary.model.Catalogue;
import io.dromedary.model.Deployment;
import io.dromedary.model.NamePattern;
import io.dromedary.model.Prices;
import io.dromedary.yaml.YamlTree;

/**
 * The models that keys may name: those of {@code model_list}, patterns, aliases, and the access groups that entries say
 * they are in ({@code model_info.access_groups}). Finds names that are none, and budgets that nothing would ever count
 * against.
 */
final class KeyModels {

    private static final String GROUPS = "access_groups";
    private static final int LONGEST_NAME = 100;

    private final Findings faults;
    private final Catalogue catalogue;
    private final Set<String> names;
    private final Set<String> served;
    private final List<Deployment> withoutPrice;
    private final boolean allServed;
    // Ten thousand keys name the same few models: each name, and each set of them, is looked at once.
    private final Set<String> known = new HashSet<>();
    private final Map<Set<String>, List<Deployment>> unpriced = new HashMap<>();
    private final Map<String, Set<String>> groups = new LinkedHashMap<>();

    /**
     * @param names     those of all entries, also of entries that cannot be served
     * @param allServed whether each entry can be served: of one that cannot, the groups are not known
     */
    KeyModels(Findings faults, Catalogue catalogue, Set<String> names, boolean allServed) {
        this.faults = faults;
        this.catalogue = catalogue;
        this.names = names;
        this.served = catalogue.modelNames();
        this.withoutPrice = catalogue.deployments().stream()
                .filter(deployment -> deployment.prices().equals(Prices.NONE)).toList();
        this.allServed = allServed;
        for (Deployment deployment : catalogue.deployments()) {
            if (deployment.info().get(GROUPS) instanceof List<?> in) {
                in.forEach(group -> groups.computeIfAbsent(String.valueOf(group), name -> new LinkedHashSet<>())
                        .add(deployment.group()));
            }
        }
    }

    /** The names of models that {@code written} stands for: an access group for those in it. */
    List<String> expanded(List<String> written) {
        List<String> expanded = new ArrayList<>();
        written.forEach(name -> {
            if (groups.containsKey(name) && !names.contains(name)) {
                expanded.addAll(groups.get(name));
            } else {
                expanded.add(name);
            }
        });
        return expanded;
    }

    /** Faults for names in an entry that are no model's, and for a budget that cannot be held. */
    void check(YamlTree entry, VirtualKey key) {
        if (key.scope().models() != null) {
            for (String name : key.scope().models()) {
                checkName(entry, "models", name, key);
            }
        }
        key.scope().aliases().values().forEach(name -> checkName(entry, "aliases", name, key));
        KeyLimits limits = key.limits();
        limits.modelRpm().keySet().forEach(name -> checkLimited(entry, "model_rpm_limit", name, key));
        limits.modelTpm().keySet().forEach(name -> checkLimited(entry, "model_tpm_limit", name, key));
        limits.modelBudgets().keySet().forEach(name -> checkLimited(entry, "model_max_budget", name, key));
        if (limits.budget() != null || limits.softBudget() != null) {
            checkPrices(entry, limits.budget() != null ? "max_budget" : "soft_budget", key,
                    unpriced.computeIfAbsent(key.scope().models(), models -> withoutPrice.stream()
                    .filter(deployment -> key.scope().allows(deployment.group(), catalogue)).toList()));
        }
        limits.modelBudgets().keySet()
                .forEach(name -> checkPrices(entry, "model_max_budget", key, catalogue.serving(name)));
    }

    /**
     * The same limits, by the names of groups: a limit that is written for another name of a group is one on that
     * group, by whatever name it is asked for.
     */
    KeyLimits ofGroups(KeyLimits limits) {
        if (limits.modelRpm().isEmpty() && limits.modelTpm().isEmpty() && limits.modelBudgets().isEmpty()) {
            return limits;
        }
        return new KeyLimits(limits.rpm(), limits.tpm(), limits.parallel(), ofGroups(limits.modelRpm()),
                ofGroups(limits.modelTpm()), limits.budget(), limits.softBudget(), ofGroups(limits.modelBudgets()));
    }

    private <T> Map<String, T> ofGroups(Map<String, T> limits) {
        if (limits.isEmpty()) {
            return Map.of();
        }
        Map<String, T> byGroup = new LinkedHashMap<>();
        limits.forEach((name, limit) -> byGroup.put(catalogue.resolved(name), limit));
        return byGroup;
    }

    /** A limit counts by the model's name: by a pattern or by the id of one deployment, it would hold nothing. */
    private void checkLimited(YamlTree entry, String field, String name, VirtualKey key) {
        boolean counts = catalogue.group(name).isEmpty() && !catalogue.serving(name).isEmpty()
                ? catalogue.patterns().stream().anyMatch(pattern -> NamePattern.of(pattern).matches(name))
                : names.contains(name) || !NamePattern.isPattern(name);
        if (counts) {
            checkName(entry, field, name, key);
        } else {
            faults.stop(Rule.KNOWN_MODEL, entry.placeOfKey(field), KnownKeys.VIRTUAL_KEY.path(field), "of "
                    + key.alias() + " names " + told(name) + ", which is the name of no single model",
                    "Write the model_name");
        }
    }

    private void checkName(YamlTree entry, String field, String name, VirtualKey key) {
        boolean isKnown = known.contains(name) || names.contains(name) || !catalogue.serving(name).isEmpty()
                || NamePattern.isPattern(name) && served.stream().anyMatch(NamePattern.of(name)::matches);
        if (isKnown) {
            known.add(name);
            return;
        }
        String path = KnownKeys.VIRTUAL_KEY.path(field);
        String problem = "of " + key.alias() + " names " + told(name) + ", which is neither in model_list nor one of "
                + "its " + GROUPS;
        String mend = UnknownModelName.mend(name, catalogue);
        if (allServed) {
            faults.stop(Rule.KNOWN_MODEL, entry.placeOfKey(field), path, problem, mend);
        } else {
            faults.warn(Rule.KNOWN_MODEL, entry.placeOfKey(field), path, problem, mend);
        }
    }

    private static String told(String name) {
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "...";
    }

    private void checkPrices(YamlTree entry, String field, VirtualKey key, List<Deployment> deployments) {
        if (deployments.isEmpty()) {
            return;
        }
        List<String> without = deployments.stream().filter(deployment -> deployment.prices().equals(Prices.NONE))
                .map(Deployment::group).distinct().toList();
        if (!without.isEmpty()) {
            faults.stop(Rule.REQUIRED_KEY, entry.placeOfKey(field), KnownKeys.VIRTUAL_KEY.path(field), "of "
                    + key.alias() + " cannot be held: there is no price for " + String.join(", ", without),
                    "Write input_cost_per_token and output_cost_per_token into the litellm_params of that model, 0 "
                    + "where it costs nothing, or leave the model out of the key's models");
        }
    }
}
