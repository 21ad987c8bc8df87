package io.dromedary.model;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Which model groups stand in for which.
 *
 * @param byModel  {@code fallbacks}: model to the names to ask next
 * @param defaults {@code default_fallbacks}: for a model that has no list of its own
 * @param contextWindow {@code context_window_fallbacks}: for a prompt that is too long for the model
 * @param contentPolicy {@code content_policy_fallbacks}: for a prompt that the model's provider does not want to see
 * @param most     {@code max_fallbacks}: how many groups are asked after the first at most
 */
public record Fallbacks(Map<String, List<String>> byModel, List<String> defaults, Map<String,
        List<String>> contextWindow,
        Map<String, List<String>> contentPolicy, int most) {

    /** No fallback for anyone. */
    public static final Fallbacks NONE = new Fallbacks(Map.of(), List.of(), Map.of(), Map.of(), 0);

    /**
     * The names to ask after {@code model}, in order, each once and never {@code model} itself: its fallbacks, each
     * followed by its own. LiteLLM looks an alias up as it was written, users expect the group's list (#10317): both
     * count here.
     *
     * @param model the name the client used
     * @param group the group that name stands for
     * @param list  under which name a name without a list of its own may have one: that of a wildcard that serves it
     */
    public List<String> chain(String model, String group, UnaryOperator<String> list) {
        String first = byModel.containsKey(model) ? model : group;
        if (listOf(first, list).isEmpty()) {
            return List.of();
        }
        Set<String> chain = new LinkedHashSet<>();
        chain.add(group);
        extend(chain, first, list);
        List<String> names = new ArrayList<>(chain);
        return names.subList(1, Math.min(names.size(), 1 + most));
    }

    private void extend(Set<String> chain, String model, UnaryOperator<String> list) {
        for (String next : listOf(model, list)) {
            if (chain.add(next)) {
                extend(chain, next, list);
            }
        }
    }

    private List<String> listOf(String model, UnaryOperator<String> list) {
        List<String> own = byModel.get(model);
        return own != null ? own : byModel.getOrDefault(list.apply(model), defaults);
    }
}
