package io.dromedary.key;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.dromedary.model.Catalogue;
import io.dromedary.model.Deployment;
import io.dromedary.model.NamePattern;

/** What a key may ask for: which models, by which other names, on which paths. Immutable. */
public final class KeyScope {

    /** Everything. */
    public static final KeyScope ALL = new KeyScope(null, Map.of(), List.of());

    private static final String VERSION = "/v1";

    private final Set<String> names;
    private final List<NamePattern> patterns;
    private final Map<String, String> aliases;
    private final Set<String> paths;
    private final List<String> pathsBelow;

    /**
     * @param models  names of models, which may hold a {@code *}; null for all
     * @param aliases other names of models that hold for this key alone
     * @param routes  paths, with {@code /v1} or without, which may end in {@code *}; empty for all
     */
    public KeyScope(Collection<String> models, Map<String, String> aliases, List<String> routes) {
        this.names = models == null ? null : Set.copyOf(models);
        this.aliases = Map.copyOf(aliases);
        // What is empty takes no memory: there may be ten thousand of these.
        this.patterns = models == null ? List.of()
                : models.stream().filter(NamePattern::isPattern).map(NamePattern::of).toList();
        this.paths = routes.stream().filter(route -> !route.endsWith("*")).map(KeyScope::unversioned)
                .collect(Collectors.toUnmodifiableSet());
        this.pathsBelow = routes.stream().filter(route -> route.endsWith("*"))
                .map(KeyScope::below).toList();
    }

    /** Which model the key means by {@code name}. */
    public String meant(String name) {
        return aliases.getOrDefault(name, name);
    }

    /** The other names of models that hold for this key alone. */
    public Map<String, String> aliases() {
        return aliases;
    }

    /** The names that it may ask for, patterns included; null for all. */
    public Set<String> models() {
        return names;
    }

    /**
     * Whether it may ask for {@code model}: by that name, or because it may ask for each group that serves it under
     * another one.
     */
    public boolean allows(String model, Catalogue catalogue) {
        // A deployment's id and the name that it has upstream may look like the name of a model that is allowed.
        if (names == null || catalogue.isNamed(model) && names(model)) {
            return true;
        }
        List<Deployment> serving = catalogue.serving(model);
        return !serving.isEmpty() && serving.stream().allMatch(deployment -> names(deployment.group()));
    }

    private boolean names(String model) {
        return names.contains(model) || patterns.stream().anyMatch(pattern -> pattern.matches(model));
    }

    /** Whether it may ask that path. */
    public boolean allowsPath(String path) {
        if (paths.isEmpty() && pathsBelow.isEmpty()) {
            return true;
        }
        String asked = unversioned(path);
        return paths.contains(asked) || pathsBelow.stream().anyMatch(asked::startsWith);
    }

    /** What a path begins with that the pattern {@code route} means. */
    private static String below(String route) {
        String before = route.substring(0, route.length() - 1);
        return before.endsWith("/") ? unversioned(before) + '/' : unversioned(before);
    }

    private static String unversioned(String written) {
        String path = written.length() > 1 && written.endsWith("/") ? written.substring(0, written.length() - 1)
                : written;
        return path.startsWith(VERSION + "/") ? path.substring(VERSION.length()) : path;
    }
}
