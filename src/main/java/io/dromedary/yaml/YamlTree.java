package io.dromedary.yaml;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

import io.dromedary.findings.Findings;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;

/**
 * A YAML value that knows where it stands. Understands what LiteLLM's users write: anchors, aliases and merge keys
 * ({@code <<}, which YAML 1.2 has dropped). A key that stands twice is a fault, since only one of the two could count.
 */
public final class YamlTree {

    /** Enough for thousands of models. A few lines of aliases for lists of aliases stand for billions. */
    private static final int MOST_VALUES = 200_000;
    private static final Pattern UNQUOTED = Pattern.compile("(?m)[:-] +(\\{\\{)");

    private final String file;
    private final Node node;
    private final Map<String, YamlTree> entries;
    private final Map<String, Place> keyPlaces;
    private final List<YamlTree> items;

    private YamlTree(
            String file, Node node, Map<String, YamlTree> entries, Map<String, Place> keyPlaces, List<YamlTree> items) {
        this.file = file;
        this.node = node;
        this.entries = entries;
        this.keyPlaces = keyPlaces;
        this.items = items;
    }

    /** Parses {@code text}; empty if it is no YAML (told to {@code faults}) or holds nothing. */
    public static Optional<YamlTree> parse(String file, String text, Findings faults) {
        try {
            LoadSettings settings = LoadSettings.builder().setLabel(file).setUseMarks(true).build();
            checkSize(text, settings);
            return new Compose(settings).composeString(text)
                    .map(node -> new Growth(file, faults).of(node));
        } catch (TooManyValues e) {
            faults.stop(Rule.YAML_SYNTAX, new Place(file, 1, 1), "YAML", "holds more than " + MOST_VALUES
                    + " values, where an alias counts as what it stands for", "Write less into it");
            return Optional.empty();
        } catch (MarkedYamlEngineException e) {
            Place place = e.getProblemMark().map(mark -> place(file, mark)).orElse(new Place(file, 1, 1));
            if (String.valueOf(e.getProblem()).startsWith("found undefined alias")) {
                // The alias may be a password that begins with an asterisk.
                faults.stop(Rule.YAML_SYNTAX, place, "YAML", "what begins with * refers to an anchor, and there is none"
                        + " of that name", "Put it in quotes if it is a text");
                return Optional.empty();
            }
            faults.stop(Rule.YAML_SYNTAX, place, "YAML", e.getProblem(), "Mend the indentation or the quotes here");
            return Optional.empty();
        } catch (YamlEngineException e) {
            Matcher unquoted = UNQUOTED.matcher(text);
            if (unquoted.find()) {
                int line = (int) text.substring(0, unquoted.start(1)).lines().count();
                int column = unquoted.start(1) - text.lastIndexOf('\n', unquoted.start(1));
                faults.stop(Rule.YAML_SYNTAX, new Place(file, line, column), "YAML",
                        "a value that begins with {{ is a map to YAML",
                        "Put it in quotes");
                return Optional.empty();
            }
            faults.stop(Rule.YAML_SYNTAX, new Place(file, 1, 1), "YAML", String.valueOf(e.getMessage()),
                    "Mend it, or look for a stray character");
            return Optional.empty();
        } catch (StackOverflowError e) {
            faults.stop(Rule.YAML_SYNTAX, new Place(file, 1, 1), "YAML",
                    "an anchor holds itself, or it is nested without end", "Write it out");
            return Optional.empty();
        }
    }

    /** Counts what is written before any of it is kept: a value takes two hundred bytes. */
    private static void checkSize(String text, LoadSettings settings) {
        if (text.length() <= MOST_VALUES) {
            return;
        }
        int values = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            values += event.getEventId() == Event.ID.Scalar || event.getEventId() == Event.ID.Alias ? 1 : 0;
            if (values > MOST_VALUES) {
                throw new TooManyValues();
            }
        }
    }

    private static final class TooManyValues extends RuntimeException {

        private static final long serialVersionUID = 1;
    }

    /** Makes the values of one document, and no more of them than a file may have. */
    private static final class Growth {

        private final String file;
        private final Findings faults;
        private int values;

        Growth(String file, Findings faults) {
            this.file = file;
            this.faults = faults;
        }

        YamlTree of(Node node) {
            values++;
            if (values > MOST_VALUES) {
                throw new TooManyValues();
            }
            if (node instanceof SequenceNode sequence) {
                List<YamlTree> items = new ArrayList<>();
                sequence.getValue().forEach(item -> items.add(of(item)));
                return new YamlTree(file, node, Map.of(), Map.of(), items);
            }
            return node instanceof MappingNode mapping ? of(mapping)
                    : new YamlTree(file, node, Map.of(), Map.of(), List.of());
        }

        private YamlTree of(MappingNode mapping) {
            Map<String, YamlTree> entries = new LinkedHashMap<>();
            Map<String, Place> places = new LinkedHashMap<>();
            Set<String> own = new HashSet<>();
            for (NodeTuple tuple : mapping.getValue()) {
                if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
                    continue;
                }
                String key = keyNode.getValue();
                Place place = placeOf(file, keyNode);
                if (key.equals("<<")) {
                    merge(of(tuple.getValueNode()), entries, places);
                } else if (own.add(key)) {
                    entries.put(key, of(tuple.getValueNode()));
                    places.put(key, place);
                } else {
                    faults.stop(Rule.UNIQUE_KEY, place, key, "stands twice, first in line " + places.get(key).line(),
                            "Keep one of them");
                }
            }
            return new YamlTree(file, mapping, entries, places, List.of());
        }

        /** A merged key counts where the map has none of its own, be that before or after. */
        private void merge(YamlTree from, Map<String, YamlTree> entries, Map<String, Place> places) {
            for (YamlTree source : from.isList() ? from.items() : List.of(from)) {
                values += source.entries.size();
                source.entries.forEach(entries::putIfAbsent);
                source.keyPlaces.forEach(places::putIfAbsent);
            }
        }
    }

    /** Whether it is a map. */
    public boolean isMap() {
        return node instanceof MappingNode;
    }

    /** Whether it is a list. */
    public boolean isList() {
        return node instanceof SequenceNode;
    }

    /** Whether it is a single value. */
    public boolean isScalar() {
        return node instanceof ScalarNode;
    }

    /** Whether it is nothing: {@code null}, {@code ~} or left out. */
    public boolean isNull() {
        return node.getTag().equals(Tag.NULL) || isScalar() && text().isEmpty() && !node.getTag().equals(Tag.STR);
    }

    /** The entries of a map, merged ones included, in the order of the file; empty for anything else. */
    public Map<String, YamlTree> entries() {
        return entries;
    }

    /** The value of a key of a map; empty where there is none, or nothing. */
    public Optional<YamlTree> get(String key) {
        return Optional.ofNullable(entries.get(key)).filter(value -> !value.isNull());
    }

    /** The items of a list; empty for anything else. */
    public List<YamlTree> items() {
        return items;
    }

    /**
     * What stands at the end of {@code path}: keys of maps and numbers of items, from 0. Where the path leads to
     * nothing, the last value on the way, so that there is always a place to name.
     */
    public YamlTree at(List<String> path) {
        YamlTree found = this;
        for (String step : path) {
            YamlTree next = found.isList() && step.matches("\\d+") && Integer.parseInt(step) < found.items.size()
                    ? found.items.get(Integer.parseInt(step)) : found.entries.get(step);
            if (next == null) {
                break;
            }
            found = next;
        }
        return found;
    }

    /** A scalar as it is written, without its quotes. */
    public String text() {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    /** The value in Java's terms: Map, List, String, Boolean, Long, Double or null. */
    public Object value() {
        if (isMap()) {
            Map<String, Object> map = new LinkedHashMap<>();
            entries.forEach((key, value) -> map.put(key, value.value()));
            return map;
        }
        if (isList()) {
            return items().stream().map(YamlTree::value).toList();
        }
        return isNull() ? null : ScalarValue.of(text(), node.getTag());
    }

    /** Where it begins. */
    public Place place() {
        return placeOf(file, node);
    }

    /** The last line that belongs to it, from 1. */
    public int lastLine() {
        return node.getEndMark().map(mark -> mark.getColumn() == 0 ? mark.getLine() : mark.getLine() + 1)
                .orElse(place().line());
    }

    /** Where the key stands, which is where an editor should jump. */
    public Place placeOfKey(String key) {
        return keyPlaces.getOrDefault(key, place());
    }

    /** The file it stands in, as the operator named it. */
    public String file() {
        return file;
    }

    private static Place placeOf(String file, Node node) {
        return node.getStartMark().map(mark -> place(file, mark)).orElse(new Place(file, 1, 1));
    }

    private static Place place(String file, Mark mark) {
        return new Place(file, mark.getLine() + 1, mark.getColumn() + 1);
    }
}
