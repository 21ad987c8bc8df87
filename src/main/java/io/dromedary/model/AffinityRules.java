package io.dromedary.model;

import java.util.Collection;
import java.util.Map;
import java.util.Set;

/**
 * By what requests are kept with one deployment of their group, whose cache knows how their prompts begin. Nothing by
 * default.
 *
 * @param general for groups that have no rules of their own
 * @param byGroup for single groups, by {@code model_name}
 */
public record AffinityRules(Set<By> general, Map<String, Set<By>> byGroup) {

    /** No request is kept anywhere. */
    public static final AffinityRules NONE = new AffinityRules(Set.of(), Map.of());

    /** What requests that belong together have in common; of several, the first that a request has counts. */
    public enum By {
        /** The id of a session, in a header or in the body. */
        SESSION("session"),
        /** How the prompt begins: instructions, tools and the first message of the user. */
        PREFIX("prefix"),
        /** The key that the request came with. */
        KEY("key");

        private final String word;

        By(String word) {
            this.word = word;
        }

        /** What headers and log call it. */
        public String word() {
            return word;
        }
    }

    /** By what requests of that group are kept together; empty for nothing. */
    public Set<By> of(String group) {
        return byGroup.getOrDefault(group, general);
    }

    /** Whether any group has that rule. */
    public boolean any(By by) {
        return general.contains(by) || byGroup.values().stream().anyMatch(rules -> rules.contains(by));
    }

    /** Whether no group has any rule. */
    public boolean isEmpty() {
        return general.isEmpty() && byGroup.values().stream().allMatch(Collection::isEmpty);
    }
}
