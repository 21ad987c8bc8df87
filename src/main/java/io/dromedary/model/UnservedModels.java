package io.dromedary.model;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The entries of {@code model_list} that the gateway cannot serve, each with its reason. Immutable. */
public final class UnservedModels {

    /** None. */
    public static final UnservedModels NONE = new UnservedModels(List.of());

    private final List<Entry> entries;

    /** @param entries in the order of the list */
    public UnservedModels(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * One entry.
     *
     * @param group  its {@code model_name}, which may be a pattern
     * @param reason why it is not served, in words that hold no secret
     * @param source file and line of the entry
     */
    public record Entry(String group, String reason, String source) {
    }

    /** All of them. */
    public List<Entry> entries() {
        return entries;
    }

    /** Why {@code model} is not served; empty if no entry names it. The first of several reasons is taken. */
    public Optional<String> why(String model) {
        return entries.stream().filter(entry -> entry.group().equals(model)).findFirst()
                .or(() -> entries.stream().filter(entry -> NamePattern.isPattern(entry.group())
                && NamePattern.of(entry.group()).matches(model)).findFirst())
                .map(Entry::reason);
    }

    /**
     * How many models of the list are not served, and why, in one line; empty where all are.
     *
     * @param catalogue those that are served
     */
    public Optional<String> summary(Catalogue catalogue) {
        Set<String> missing = new LinkedHashSet<>();
        entries.stream().map(Entry::group).filter(group -> catalogue.group(group).isEmpty()).forEach(missing::add);
        long partly = entries.stream().filter(entry -> !missing.contains(entry.group())).count();
        if (entries.isEmpty()) {
            return Optional.empty();
        }
        String models = missing.isEmpty() ? ""
                : missing.size() + " of " + total(catalogue) + " models are not served";
        String deployments = partly == 0 ? "" : partly + " deployments of models that others serve";
        String counts = deployments.isEmpty() ? models
                : models.isEmpty() ? deployments + " are not served" : models + ", and " + deployments;
        return Optional.of(counts + ": " + entries.stream()
                .map(entry -> entry.group() + " (" + entry.source() + ": " + entry.reason() + ")")
                .collect(Collectors.joining(", ")));
    }

    /** How many models the list names, served or not. */
    public int total(Catalogue catalogue) {
        Set<String> all = new LinkedHashSet<>();
        catalogue.deployments().forEach(deployment -> all.add(deployment.group()));
        entries.forEach(entry -> all.add(entry.group()));
        return all.size();
    }
}
