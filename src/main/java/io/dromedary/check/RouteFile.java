package io.dromedary.check;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.dromedary.files.FileReading;
import io.dromedary.files.UnreadableFile;
import io.dromedary.findings.Findings;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.yaml.YamlTree;

/**
 * A file of {@code routes/} as it is written.
 *
 * @param path where it is
 * @param tree its list of routes, templates, beans and so on
 */
public record RouteFile(Path path, YamlTree tree) {

    /** Those that can be read; what cannot is a fault, and so is a file that is no list. */
    public static List<RouteFile> read(List<Path> paths, Findings faults) {
        List<RouteFile> files = new ArrayList<>();
        FileReading reading = new FileReading();
        for (Path path : paths) {
            String text;
            try {
                text = reading.text(path);
            } catch (UnreadableFile e) {
                faults.stop(Rule.FILE_READABLE, new Place(path.toString(), 1, 1), "file", e.getMessage(),
                        "Put a file of routes there, or remove it");
                continue;
            }
            int before = faults.all().size();
            Optional<YamlTree> tree = YamlTree.parse(path.toString(), text, faults);
            if (tree.isPresent() && tree.get().isList()) {
                files.add(new RouteFile(path, tree.get()));
            } else if (faults.all().size() == before) {
                faults.stop(Rule.ROUTE_SCHEMA, tree.map(YamlTree::place).orElse(new Place(path.toString(), 1, 1)),
                        "file",
                        tree.isPresent() ? "is no list" : "holds nothing, which Camel refuses",
                        "Begin with - route:, or remove the file");
            }
        }
        return files;
    }
}
