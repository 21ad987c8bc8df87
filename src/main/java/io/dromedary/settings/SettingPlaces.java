package io.dromedary.settings;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.dromedary.files.FileReading;
import io.dromedary.files.UnreadableFile;
import io.dromedary.findings.Place;

/** The tunables with the lines that they stand in. */
public final class SettingPlaces {

    private final Path file;
    private final Settings settings;
    private final Map<String, Integer> lines = new HashMap<>();

    private SettingPlaces(Path file, Settings settings) {
        this.file = file;
        this.settings = settings;
    }

    /**
     * Those of {@code file}.
     *
     * @throws SettingFault if it cannot be read
     */
    public static SettingPlaces of(Path file, Settings settings) {
        SettingPlaces places = new SettingPlaces(file, settings);
        try {
            List<String> all = new FileReading().text(file).lines().toList();
            for (int i = 0; i < all.size(); i++) {
                String line = all.get(i).strip();
                if (!line.isEmpty() && !line.startsWith("#") && !line.startsWith("!")) {
                    places.lines.put(line.split("[=:\\s]", 2)[0], i + 1);
                }
            }
            return places;
        } catch (UnreadableFile e) {
            throw new SettingFault(file + " " + e.getMessage() + ": put the shipped application.properties there");
        }
    }

    /** The keys that the file has. */
    public Iterable<String> keys() {
        return lines.keySet();
    }

    /** Whether {@code key} is set, wherever that may be. */
    public boolean isThere(String key) {
        return settings.isThere(key);
    }

    /** The value that counts, wherever it is from. */
    public String value(String key) {
        return settings.text(key);
    }

    /** Where the file has it; empty where something else sets it, or nothing. */
    public Optional<Place> place(String key) {
        return Optional.ofNullable(lines.get(key)).map(line -> new Place(file.toString(), line, 1));
    }
}
