package io.dromedary.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * All deployments, by the names under which a client can ask for them. Immutable: another configuration is another
 * catalogue. A name is looked up in LiteLLM's order: {@code model_name} or deployment id, alias, wildcard, the raw
 * {@code litellm_params.model}.
 */
public final class Catalogue {

    private final Map<String, List<Deployment>> groups = new LinkedHashMap<>();
    private final Map<String, Deployment> byId = new LinkedHashMap<>();
    private final Map<String, Deployment> byRouteName = new LinkedHashMap<>();
    private final Map<String, List<Deployment>> wildcards = new TreeMap<>(NamePattern.MOST_SPECIFIC_FIRST);
    private final Map<String, List<Deployment>> byRawModel = new LinkedHashMap<>();
    private final Map<String, Alias> aliases;
    private final Fallbacks fallbacks;
    private final long smallestWindow;

    /**
     * @param deployments in the order of the list
     * @param aliases     {@code model_group_alias}
     * @param fallbacks   which groups stand in for which
     */
    public Catalogue(List<Deployment> deployments, Map<String, Alias> aliases, Fallbacks fallbacks) {
        for (Deployment deployment : deployments) {
            groups.computeIfAbsent(deployment.group(), name -> new ArrayList<>()).add(deployment);
            byId.put(deployment.id(), deployment);
            byRouteName.put(deployment.routeName(), deployment);
            byRawModel.computeIfAbsent(deployment.rawModel(), name -> new ArrayList<>()).add(deployment);
        }
        groups.forEach((name, group) -> {
            if (NamePattern.isPattern(name)) {
                wildcards.put(name, group);
            }
        });
        this.aliases = Map.copyOf(aliases);
        this.fallbacks = fallbacks;
        this.smallestWindow = deployments.stream().mapToLong(Deployment::maxInputTokens).filter(window -> window > 0)
                .min().orElse(0);
    }

    /** The fewest tokens that a deployment is known to take as a prompt; 0 if it is said of none. */
    public long smallestWindow() {
        return smallestWindow;
    }

    /** Every deployment, in the order of the list. */
    public Collection<Deployment> deployments() {
        return byId.values();
    }

    /** The deployment with that id, if there is one. */
    public Optional<Deployment> byId(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** The deployment that a templated route serves. */
    public Deployment byRouteName(String routeName) {
        return byRouteName.get(routeName);
    }

    /** The names a client may use, patterns and hidden aliases left out, each once, in the order of the list. */
    public Set<String> modelNames() {
        Set<String> names = new LinkedHashSet<>();
        groups.keySet().stream().filter(name -> !NamePattern.isPattern(name)).forEach(names::add);
        aliases.forEach((name, alias) -> {
            if (!alias.hidden() && !serving(name).isEmpty()) {
                names.add(name);
            }
        });
        return names;
    }

    /** The patterns among the model names, most specific first. */
    public Set<String> patterns() {
        return wildcards.keySet();
    }

    /** The names of all groups, patterns included, in the order of the list. */
    public Set<String> groupNames() {
        return Collections.unmodifiableSet(groups.keySet());
    }

    /** Other names of groups. */
    public Map<String, Alias> aliases() {
        return aliases;
    }

    /** The deployments of {@code model_name}, which may be a pattern; empty if there is no such group. */
    public List<Deployment> group(String name) {
        return groups.getOrDefault(name, List.of());
    }

    /** Who serves {@code model}: empty if nobody does. */
    public List<Deployment> serving(String model) {
        Alias alias = aliases.get(model);
        String name = alias != null && !groups.containsKey(model) ? alias.model() : model;
        if (groups.containsKey(name)) {
            return groups.get(name);
        }
        if (byId.containsKey(name)) {
            return List.of(byId.get(name));
        }
        for (Map.Entry<String, List<Deployment>> wildcard : wildcards.entrySet()) {
            if (NamePattern.of(wildcard.getKey()).matches(name)) {
                return wildcard.getValue();
            }
        }
        return byRawModel.getOrDefault(name, List.of());
    }

    /** Whether {@code model} is a name for clients: that of a group, another name of one, or one that a pattern has. */
    public boolean isNamed(String model) {
        return groups.containsKey(model) || aliases.containsKey(model) || !byId.containsKey(model)
                && wildcards.keySet().stream().anyMatch(wildcard -> NamePattern.of(wildcard).matches(model));
    }

    /**
     * The name of the configuration by which {@code model} is served: itself, or the pattern that it matches; null
     * where nobody serves it. There are only so many of them, whatever clients ask for.
     */
    public String nameFor(String model) {
        if (groups.containsKey(model) || aliases.containsKey(model) || byId.containsKey(model)) {
            return model;
        }
        for (String pattern : wildcards.keySet()) {
            if (NamePattern.of(pattern).matches(model)) {
                return pattern;
            }
        }
        return byRawModel.containsKey(model) ? model : null;
    }

    /** The names to ask when {@code model} cannot answer, in order, for {@code /v1/models} and for the plan. */
    public List<String> fallbacksOf(String model) {
        Alias alias = aliases.get(model);
        return fallbacks.chain(model, alias == null ? model : alias.model(), this::wildcardOf);
    }

    /** How many groups stand in at most. */
    public int mostFallbacks() {
        return fallbacks.most();
    }

    /** The groups for a prompt that does not fit {@code model}'s context; empty if there is no list for it. */
    public List<String> contextWindowFallbacksOf(String model) {
        return special(fallbacks.contextWindow(), model);
    }

    /** The groups for a prompt that {@code model}'s provider refuses; empty if there is no list for it. */
    public List<String> contentPolicyFallbacksOf(String model) {
        return special(fallbacks.contentPolicy(), model);
    }

    private List<String> special(Map<String, List<String>> lists, String model) {
        List<String> own = lists.getOrDefault(model, lists.get(resolved(model)));
        return own != null ? own : lists.getOrDefault(wildcardOf(resolved(model)), List.of());
    }

    /** The wildcard that serves {@code model}, where no entry of its name does; else the name itself. */
    private String wildcardOf(String model) {
        if (groups.containsKey(model)) {
            return model;
        }
        for (String wildcard : wildcards.keySet()) {
            if (NamePattern.of(wildcard).matches(model)) {
                return wildcard;
            }
        }
        return model;
    }

    /**
     * The plan for {@code model} with its configured fallbacks, or empty if nobody serves it.
     *
     * @param strategy arranges the deployments that have the same {@code order}
     */
    public Optional<Plan> plan(String model, RoutingStrategy strategy) {
        return plan(model, fallbacksOf(model).stream().map(Plan.StandIn::of).toList(), strategy);
    }

    /** The plan for {@code model} with these stand-ins, or empty if nobody serves it. */
    public Optional<Plan> plan(String model, List<Plan.StandIn> standIns, RoutingStrategy strategy) {
        if (serving(model).isEmpty()) {
            return Optional.empty();
        }
        List<Plan.Stage> stages = new ArrayList<>();
        stages.add(stage(Plan.StandIn.of(model), 0, strategy));
        stages.addAll(stages(standIns, strategy));
        return Optional.of(new Plan(model, List.copyOf(stages)));
    }

    /** The stages that stand-ins make, numbered from 1. */
    public List<Plan.Stage> stages(List<Plan.StandIn> standIns, RoutingStrategy strategy) {
        List<Plan.Stage> stages = new ArrayList<>();
        for (Plan.StandIn standIn : standIns) {
            if (serving(standIn.model()).isEmpty()) {
                continue; // an entry that cannot be served
            }
            stages.add(stage(standIn, stages.size() + 1, strategy));
        }
        return stages;
    }

    private Plan.Stage stage(Plan.StandIn standIn, int number, RoutingStrategy strategy) {
        List<Deployment> deployments = serving(standIn.model());
        // A strategy may be a team's own, and may change the list that it is given.
        List<Deployment> arranged = ofOneOrder(deployments)
                ? List.copyOf(strategy.arrange(new ArrayList<>(deployments))) : arranged(deployments, strategy);
        return new Plan.Stage(resolved(standIn.model()), number, arranged, standIn.overrides());
    }

    /** Whether {@code order} says nothing of them, as of most groups. */
    private static boolean ofOneOrder(List<Deployment> deployments) {
        int order = deployments.get(0).order();
        for (Deployment deployment : deployments) {
            if (deployment.order() != order) {
                return false;
            }
        }
        return true;
    }

    private static List<Deployment> arranged(List<Deployment> deployments, RoutingStrategy strategy) {
        Map<Integer, List<Deployment>> byOrder = new TreeMap<>();
        deployments.forEach(d -> byOrder.computeIfAbsent(d.order(), order -> new ArrayList<>()).add(d));
        List<Deployment> arranged = new ArrayList<>();
        for (List<Deployment> equals : byOrder.values()) {
            arranged.addAll(strategy.arrange(equals));
        }
        return arranged;
    }

    /** The group that {@code model} stands for, where it is an alias; else itself. */
    public String resolved(String model) {
        Alias alias = aliases.get(model);
        return alias != null && !groups.containsKey(model) ? alias.model() : model;
    }

    /**
     * Another name for a model group.
     *
     * @param model  the group it stands for
     * @param hidden whether {@code /v1/models} leaves it out
     */
    public record Alias(String model, boolean hidden) {
    }
}
