package io.dromedary.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A YAML value that knows where it stands. Understands what LiteLLM's users write: anchors, aliases and merge keys
 * ({@code <<}, which YAML 1.2 has dropped). A key that stands twice is a fault, since only one of the two could count.
 */
final class ConfigTree {

    private final String file;
    private final Node node;
    private final Map<String, ConfigTree> entries;
    private final Map<String, Place> keyPlaces;
    private final List<ConfigTree> items;

    private ConfigTree(
            String file, Node node, Map<String, ConfigTree> entries, Map<String, Place> keyPlaces, List<ConfigTree> items) {
        this.file = file;
        this.node = node;
        this.entries = entries;
        this.keyPlaces = keyPlaces;
        this.items = items;
    }

    /** Parses {@code text}; empty if it is no YAML (told to {@code faults}) or holds nothing. */
    static Optional<ConfigTree> parse(String file, String text, Faults faults) {
        try {
            LoadSettings settings = LoadSettings.builder().setLabel(file).setUseMarks(true).build();
            return new Compose(settings).composeString(text).map(node -> of(file, node, faults));
        } catch (MarkedYamlEngineException e) {
            Place place = e.getProblemMark().map(mark -> place(file, mark)).orElse(new Place(file, 1, 1));
            faults.stop(place, "YAML", e.getProblem(), "Mend the indentation or the quotes here");
            return Optional.empty();
        } catch (YamlEngineException e) {
            faults.stop(new Place(file, 1, 1), "YAML", String.valueOf(e.getMessage()), "Mend it, or look for a stray character");
            return Optional.empty();
        } catch (StackOverflowError e) {
            faults.stop(new Place(file, 1, 1), "YAML", "an anchor holds itself, or it is nested without end", "Write it out");
            return Optional.empty();
        }
    }

    private static ConfigTree of(String file, Node node, Faults faults) {
        Map<String, ConfigTree> entries = new LinkedHashMap<>();
        Map<String, Place> places = new LinkedHashMap<>();
        List<ConfigTree> items = new ArrayList<>();
        if (node instanceof SequenceNode sequence) {
            sequence.getValue().forEach(item -> items.add(of(file, item, faults)));
        }
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
                    continue;
                }
                String key = keyNode.getValue();
                Place place = placeOf(file, keyNode);
                if (key.equals("<<")) {
                    merge(of(file, tuple.getValueNode(), faults), entries, places);
                } else if (places.containsKey(key) && !isMerged(mapping, key)) {
                    faults.stop(place, key, "stands twice, first in line " + places.get(key).line(), "Keep one of them");
                } else {
                    entries.put(key, of(file, tuple.getValueNode(), faults));
                    places.put(key, place);
                }
            }
        }
        return new ConfigTree(file, node, entries, places, items);
    }

    private static boolean isMerged(MappingNode mapping, String key) {
        return mapping.getValue().stream().filter(tuple -> tuple.getKeyNode() instanceof ScalarNode scalar
                && scalar.getValue().equals(key)).count() < 2;
    }

    private static void merge(ConfigTree from, Map<String, ConfigTree> entries, Map<String, Place> places) {
        for (ConfigTree source : from.isList() ? from.items() : List.of(from)) {
            source.entries.forEach(entries::putIfAbsent);
            source.keyPlaces.forEach(places::putIfAbsent);
        }
    }

    boolean isMap() {
        return node instanceof MappingNode;
    }

    boolean isList() {
        return node instanceof SequenceNode;
    }

    boolean isScalar() {
        return node instanceof ScalarNode;
    }

    boolean isNull() {
        return node.getTag().equals(Tag.NULL) || isScalar() && text().isEmpty() && !node.getTag().equals(Tag.STR);
    }

    /** The entries of a map, merged ones included, in the order of the file; empty for anything else. */
    Map<String, ConfigTree> entries() {
        return entries;
    }

    Optional<ConfigTree> get(String key) {
        return Optional.ofNullable(entries.get(key)).filter(value -> !value.isNull());
    }

    /** The items of a list; empty for anything else. */
    List<ConfigTree> items() {
        return items;
    }

    /** A scalar as it is written, without its quotes. */
    String text() {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    /** The value in Java's terms: Map, List, String, Boolean, Long, Double or null. */
    Object value() {
        if (isMap()) {
            Map<String, Object> map = new LinkedHashMap<>();
            entries.forEach((key, value) -> map.put(key, value.value()));
            return map;
        }
        if (isList()) {
            return items().stream().map(ConfigTree::value).toList();
        }
        return isNull() ? null : ScalarValue.of(text(), node.getTag());
    }

    Place place() {
        return placeOf(file, node);
    }

    /** Where the key stands, which is where an editor should jump. */
    Place placeOfKey(String key) {
        return keyPlaces.getOrDefault(key, place());
    }

    String file() {
        return file;
    }

    private static Place placeOf(String file, Node node) {
        return node.getStartMark().map(mark -> place(file, mark)).orElse(new Place(file, 1, 1));
    }

    private static Place place(String file, Mark mark) {
        return new Place(file, mark.getLine() + 1, mark.getColumn() + 1);
    }
}
