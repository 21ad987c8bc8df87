package io.dromedary.operator.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.dromedary.findings.Findings;
import io.dromedary.yaml.YamlTree;

/**
 * The steps of the routes as they are shipped, by their ids: all of these have one. So the page can tell a team's own
 * steps from them. The routes come in the jar; where they do not ({@code camel run}), no step is told to be a team's.
 */
final class ShippedSteps {

    private static final String ONE_OF_THEM = "/shipped/routes/gateway.camel.yaml";
    private static final Set<String> IDS = read();

    private ShippedSteps() {
    }

    /** Whether a step of that id, null for none, is not among them. */
    static boolean lack(String id) {
        return !IDS.isEmpty() && !IDS.contains(String.valueOf(id));
    }

    private static Set<String> read() {
        URL found = ShippedSteps.class.getResource(ONE_OF_THEM);
        if (found == null) {
            return Set.of();
        }
        try {
            URI file = found.toURI();
            if (!"jar".equals(file.getScheme())) {
                return idsIn(Path.of(file).getParent());
            }
            try (FileSystem jar = FileSystems.newFileSystem(file, Map.of())) {
                return idsIn(jar.getPath(ONE_OF_THEM).getParent());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Set<String> idsIn(Path folder) throws IOException {
        Set<String> ids = new HashSet<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                YamlTree.parse(file.toString(), Files.readString(file), new Findings())
                        .ifPresent(tree -> collect(tree, ids));
            }
        }
        return ids;
    }

    private static void collect(YamlTree tree, Set<String> ids) {
        tree.get("id").filter(YamlTree::isScalar).map(YamlTree::text).ifPresent(ids::add);
        tree.entries().values().forEach(inner -> collect(inner, ids));
        tree.items().forEach(inner -> collect(inner, ids));
    }
}
