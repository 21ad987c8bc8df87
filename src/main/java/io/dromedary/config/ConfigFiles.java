package io.dromedary.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.dromedary.files.FileReading;
import io.dromedary.files.UnreadableFile;
import io.dromedary.findings.Findings;
import io.dromedary.yaml.YamlTree;

/** Which files a configuration is made of: the one that is named and those that it includes, be they right or wrong. */
public final class ConfigFiles {

    private static final String INCLUDE = "include";

    private ConfigFiles() {
    }

    /** Those of {@code main}, itself first; included files that are not there too, since they may come. */
    public static List<Path> of(Path main) {
        List<Path> files = new ArrayList<>();
        files.add(main.toAbsolutePath());
        tree(main).flatMap(tree -> tree.get(INCLUDE)).filter(YamlTree::isList).ifPresent(include -> include.items()
                .forEach(item -> files.add(main.toAbsolutePath().getParent().resolve(item.text()))));
        return files;
    }

    /** Empty for a file that includes none: to read a long one takes as long as a start. */
    private static Optional<YamlTree> tree(Path file) {
        try {
            String text = new FileReading().text(file);
            return mayInclude(text) ? YamlTree.parse(file.toString(), text, new Findings()) : Optional.empty();
        } catch (UnreadableFile e) {
            return Optional.empty();
        }
    }

    /** Whether the key may be in it. With a backslash, a key in quotes may be written in other ways. */
    private static boolean mayInclude(String text) {
        int at = text.indexOf(INCLUDE);
        while (at >= 0) {
            int end = at + INCLUDE.length();
            if (end == text.length() || !Character.isJavaIdentifierPart(text.charAt(end))) {
                return true; // and no include_usage
            }
            at = text.indexOf(INCLUDE, end);
        }
        return text.indexOf('\\') >= 0;
    }
}
