package io.dromedary.config;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.dromedary.findings.Findings;
import io.dromedary.findings.NearestKey;
import io.dromedary.findings.Rule;
import io.dromedary.model.AffinityRules;
import io.dromedary.model.AffinityRules.By;
import io.dromedary.model.Catalogue;
import io.dromedary.yaml.YamlTree;

/**
 * Reads which conversations stay with one deployment: LiteLLM's names in {@code optional_pre_call_checks} for all
 * groups, and in {@code model_group_affinity_config} for single ones, where they stand in place of the general ones.
 */
final class AffinitySettings {

    /** LiteLLM's names of what is done here too. */
    private static final Map<String, By> NAMES =
            Map.of("session_affinity", By.SESSION, "prompt_caching", By.PREFIX, "deployment_affinity", By.KEY);
    /** What LiteLLM has besides, and what is said of it. */
    private static final Map<String, String> OTHERS = Map.of(
            "responses_api_deployment_check", "is not needed here, since the gateway keeps responses itself, ignored",
            "encrypted_content_affinity", "is not done here, ignored");
    private static final String BY_GROUP = "model_group_affinity_config";

    private final Optional<YamlTree> router;
    private final Findings faults;

    /** @param router {@code router_settings} */
    AffinitySettings(Optional<YamlTree> router, Findings faults) {
        this.router = router;
        this.faults = faults;
    }

    /** Whether the name is one of affinity, done here or not: it keeps no request away. */
    static boolean isKnown(String name) {
        return NAMES.containsKey(name) || OTHERS.containsKey(name);
    }

    /** The rules; warns of names that do nothing, and of groups that are not in the catalogue. */
    AffinityRules read(Catalogue catalogue) {
        Set<By> general = router.flatMap(tree -> tree.get("optional_pre_call_checks")).filter(YamlTree::isList)
                .map(list -> rules(list, "router_settings.optional_pre_call_checks", false))
                .orElse(EnumSet.noneOf(By.class));
        Map<String, Set<By>> byGroup = new LinkedHashMap<>();
        router.flatMap(tree -> tree.get(BY_GROUP)).filter(YamlTree::isMap)
                .ifPresent(groups -> groups.entries().forEach((group, names) -> {
            String path = "router_settings." + BY_GROUP + "." + group;
            if (catalogue.group(group).isEmpty()) {
                faults.warn(Rule.KNOWN_MODEL, groups.placeOfKey(group), path, "is not in model_list, ignored",
                        UnknownModelName.mend(group, catalogue));
            }
            if (!names.isList()) {
                faults.stop(Rule.VALUE_FORM, groups.placeOfKey(group), path, "is no list of names",
                        "Write [session_affinity]");
                return;
            }
            byGroup.put(group, rules(names, path, true));
        }));
        return general.isEmpty() && byGroup.isEmpty() ? AffinityRules.NONE
                : new AffinityRules(general, Map.copyOf(byGroup));
    }

    /** @param affinityOnly whether nothing but names of affinity may stand there */
    private Set<By> rules(YamlTree list, String path, boolean affinityOnly) {
        Set<By> rules = EnumSet.noneOf(By.class);
        for (YamlTree item : list.items()) {
            String name = item.isScalar() ? item.text() : "an item";
            if (NAMES.containsKey(name)) {
                rules.add(NAMES.get(name));
            } else if (OTHERS.containsKey(name)) {
                faults.warn(Rule.SETTING_SUPPORTED, item.place(), path, name + " " + OTHERS.get(name), "");
            } else if (affinityOnly) {
                faults.warn(Rule.KNOWN_KEY, item.place(), path, name + " is no affinity, ignored",
                        NearestKey.withinTwoLetters(name, NAMES.keySet()).map(near -> "Did you mean " + near + "?")
                        .orElse(""));
            }
        }
        return rules;
    }
}
