package io.dromedary.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.dromedary.yaml.YamlTree;

/** Which files a configuration is made of: the one that is named and those that it includes, be they right or wrong. */
public final class ConfigFiles {

    private ConfigFiles() {
    }

    /** Those of {@code main}, itself first; included files that are not there too, since they may come. */
    public static List<Path> of(Path main) {
        List<Path> files = new ArrayList<>();
        files.add(main.toAbsolutePath());
        ConfigSource.tree(main).flatMap(tree -> tree.get("include")).filter(YamlTree::isList)
                .ifPresent(include -> include.items()
                .forEach(item -> files.add(main.toAbsolutePath().getParent().resolve(item.text()))));
        return files;
    }
}
