package io.dromedary.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import io.dromedary.findings.Findings;
import io.dromedary.findings.Place;
import io.dromedary.model.Deployment;
import io.dromedary.yaml.YamlTree;

/** Where the keys of a configuration stand, for explaining what comes from which line. */
public final class ConfigPlaces {

    private final List<YamlTree> files;

    private ConfigPlaces(List<YamlTree> files) {
        this.files = files;
    }

    /** Those of {@code file} and what it includes; what cannot be read has no places. */
    public static ConfigPlaces of(Path file) {
        return new ConfigPlaces(new ArrayList<>(ConfigSource.read(file, new Findings()).files()));
    }

    /** Where {@code key} of the deployment's {@code litellm_params} stands; empty where it does not. */
    public Optional<Place> ofParameter(Deployment deployment, String key) {
        return of(deployment, "litellm_params", key);
    }

    /** Where {@code key} of the deployment's {@code model_info} stands; empty where it does not. */
    public Optional<Place> ofInfo(Deployment deployment, String key) {
        return of(deployment, "model_info", key);
    }

    private Optional<Place> of(Deployment deployment, String map, String key) {
        return files.stream().flatMap(file -> file.get("model_list").stream()).flatMap(list -> list.items().stream())
                .filter(entry -> deployment.source().equals(entry.place().file() + ":" + entry.place().line()))
                .flatMap(entry -> entry.get(map).stream()).filter(tree -> tree.get(key).isPresent())
                .map(tree -> tree.placeOfKey(key)).findFirst();
    }

    /** Where the first of {@code paths}, such as {@code router_settings.timeout}, stands; empty where none does. */
    public Optional<Place> ofSetting(String... paths) {
        return Stream.of(paths).flatMap(path -> {
            String section = path.substring(0, path.indexOf('.'));
            String key = path.substring(path.indexOf('.') + 1);
            return files.stream().flatMap(file -> file.get(section).stream()).filter(tree -> tree.get(key).isPresent())
                    .map(tree -> tree.placeOfKey(key));
        }).findFirst();
    }
}
