package io.dromedary.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.dromedary.findings.FilesRejected;
import io.dromedary.findings.Findings;
import io.dromedary.findings.Place;
import io.dromedary.key.KeyHash;
import io.dromedary.key.VirtualKey;
import io.dromedary.yaml.YamlTree;

/** The names of apps' keys: which can be one, and where one stands in a configuration. */
public final class KeyAlias {

    /** How long one may be: it is the value of a label of metrics. */
    static final int LONGEST = 100;
    /** What the master key is called, and what metrics and usage call no key. */
    static final List<String> RESERVED = List.of(VirtualKey.MASTER.alias(), "None", "none");

    private KeyAlias() {
    }

    /**
     * A key that stands in a configuration.
     *
     * @param place  where its entry begins
     * @param values what is accepted for it, as it is written: references to variables and hashes. A key that stands
     *               there itself is not among them
     */
    public record Entry(Place place, List<String> values) {
    }

    /** Whether {@code alias} can be one: printable characters, as many as fit into a label. */
    public static boolean isName(String alias) {
        int at = 0;
        while (at < alias.length() && isInName(alias.codePointAt(at))) {
            at += Character.charCount(alias.codePointAt(at));
        }
        return at == alias.length() && !alias.isBlank() && alias.length() <= LONGEST;
    }

    private static boolean isInName(int c) {
        int type = Character.getType(c);
        return c == ' ' || !Character.isISOControl(c) && !Character.isSpaceChar(c) && type != Character.FORMAT
                && type != Character.SURROGATE && type != Character.UNASSIGNED && type != Character.PRIVATE_USE;
    }

    /** Whether it stands for something else. */
    public static boolean isReserved(String alias) {
        return RESERVED.contains(alias);
    }

    /**
     * The entry of that name in {@code config} and what it includes.
     *
     * @throws FilesRejected if the file cannot be read as YAML
     */
    public static Optional<Entry> find(Path config, String alias) {
        Findings faults = new Findings();
        ConfigSource source = ConfigSource.read(config, faults);
        if (source.files().isEmpty()) {
            throw new FilesRejected(faults.all());
        }
        return source.sections("virtual_keys", true).stream().flatMap(list -> list.items().stream())
                .filter(entry -> entry.get("key_alias").filter(name -> name.text().trim().equals(alias)).isPresent())
                .findFirst().map(entry -> new Entry(entry.place(), values(entry)));
    }

    private static List<String> values(YamlTree entry) {
        List<String> values = new ArrayList<>();
        for (String name : List.of("key", "key_hash")) {
            entry.get(name).ifPresent(value -> (value.isList() ? value.items() : List.of(value)).forEach(item -> {
                boolean tells = item.text().startsWith("os.environ/")
                        || KeyHash.written(item.text(), name.equals("key_hash")).isPresent();
                if (tells) {
                    values.add(item.text());
                }
            }));
        }
        return values;
    }
}
