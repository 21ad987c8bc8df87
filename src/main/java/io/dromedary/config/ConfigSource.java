package io.dromedary.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.dromedary.files.FileReading;
import io.dromedary.files.UnreadableFile;
import io.dromedary.findings.Findings;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.yaml.YamlTree;

/**
 * The files of a configuration, put together as LiteLLM does: the lists of an included file are added to those of the
 * main one, every other key of it replaces the main file's; an {@code include} inside an included file is not followed.
 */
final class ConfigSource {

    private final Findings faults;
    private final FileReading reading = new FileReading();
    private final List<YamlTree> files = new ArrayList<>();

    private ConfigSource(Findings faults) {
        this.faults = faults;
    }

    /** Reads {@code main} and what it includes; whatever cannot be read is a fault. */
    static ConfigSource read(Path main, Findings faults) {
        ConfigSource source = new ConfigSource(faults);
        source.load(main, new Place(main.toString(), 1, 1), "file").ifPresent(tree -> {
            source.files.add(tree);
            source.include(main, tree);
        });
        return source;
    }

    /** The files that were read, the main one first. */
    List<YamlTree> files() {
        return files;
    }

    /** The sections of that name: of all files where it is a list, else of the last file that has it. */
    List<YamlTree> sections(String name, boolean list) {
        List<YamlTree> found = files.stream().flatMap(file -> file.get(name).stream()).toList();
        return list || found.size() < 2 ? found : found.subList(found.size() - 1, found.size());
    }

    /**
     * {@code environment_variables} of the last file that has them, resolved against {@code environment}. A shell
     * variable as a value is a fault: these variables are put over those of the environment, so the text would be the
     * key.
     */
    Environment environment(Environment environment) {
        Map<String, String> more = new HashMap<>();
        ScalarReader literals = new ScalarReader(faults, environment);
        // LiteLLM skips a variable here that refers to one that is not set; a fault follows where it is needed.
        ScalarReader references = new ScalarReader(new Findings(), environment);
        for (YamlTree section : sections("environment_variables", false)) {
            section.entries().forEach((name, value) -> {
                String path = "environment_variables." + name;
                if (value.isScalar()) {
                    (literals.isReference(value) ? references : literals).text(section, name, path)
                            .ifPresent(text -> more.put(name, text));
                } else {
                    faults.warn(Rule.VALUE_FORM, section.placeOfKey(name), path,
                            "is no text, ignored: the variable of the environment counts", "");
                }
            });
        }
        return environment.with(more);
    }

    private void include(Path main, YamlTree tree) {
        tree.get("include").ifPresent(include -> {
            if (!include.isList()) {
                return; // the form is checked with the other keys
            }
            for (YamlTree item : include.items()) {
                Path path = main.toAbsolutePath().getParent().resolve(item.text());
                Path shown = main.getParent() == null ? Path.of(item.text()) : main.getParent().resolve(item.text());
                if (Files.exists(path)) {
                    load(shown, item.place(), "include").ifPresent(files::add);
                } else {
                    faults.stop(Rule.FILE_READABLE, item.place(), "include", item.text() + " is not there",
                            "Write the path as seen from " + main);
                }
            }
        });
    }

    private Optional<YamlTree> load(Path path, Place from, String key) {
        String text;
        try {
            text = reading.text(path);
        } catch (UnreadableFile e) {
            faults.stop(Rule.FILE_READABLE, from, key, path + " " + e.getMessage(),
                    "Name a readable file with --config or CONFIG_FILE_PATH");
            return Optional.empty();
        }
        int before = faults.all().size();
        Optional<YamlTree> tree = YamlTree.parse(path.toString(), text, faults);
        if (tree.isEmpty() && faults.all().size() == before) {
            faults.stop(Rule.REQUIRED_KEY, new Place(path.toString(), 1, 1), key, "is empty",
                    "Write a model_list into it");
        }
        if (tree.isPresent() && !tree.get().isMap()) {
            faults.stop(Rule.VALUE_FORM, tree.get().place(), key, "is no map of settings", "Begin with model_list:");
            return Optional.empty();
        }
        return tree;
    }
}
