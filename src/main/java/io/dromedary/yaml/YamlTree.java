package io.dromedary.yaml;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.JsonSchema;

import io.dromedary.findings.Findings;
import io.dromedary.findings.Place;

/**
 * A YAML value that knows where it stands. Understands what LiteLLM's users write: anchors, aliases and merge keys
 * ({@code <<}, which YAML 1.2 has dropped). A key that stands twice is a fault, since only one of the two could count.
 */
public final class YamlTree {

    private static final ScalarResolver TAGS = new JsonSchema().getScalarResolver();
    private static final String NULL = "null";

    private final String file;
    private final Map<String, YamlTree> entries;
    private final List<YamlTree> items;
    private final String text;
    /** Null for what says by its text what it is. */
    private final Tag tag;
    // Numbers and no objects: a file of ten thousand keys has two hundred thousand values.
    private final int line;
    private final int column;
    private final int lastLine;
    private int keyLine;
    private int keyColumn;

    /** One of map, list and text is not null. */
    private YamlTree(String file, Map<String, YamlTree> entries, List<YamlTree> items, String text, Tag tag, int line,
            int column, int lastLine) {
        this.file = file;
        this.entries = entries;
        this.items = items;
        this.text = text;
        this.tag = tag;
        this.line = line;
        this.column = column;
        this.lastLine = lastLine;
    }

    static YamlTree map(String file, Map<String, YamlTree> entries, Event start, Event end) {
        return new YamlTree(file, entries, null, null, Tag.MAP, line(start), column(start), lastLine(end));
    }

    static YamlTree list(String file, List<YamlTree> items, Event start, Event end) {
        return new YamlTree(file, null, items, null, Tag.SEQ, line(start), column(start), lastLine(end));
    }

    /** @param tag null where the text says what it is */
    static YamlTree scalar(String file, String text, Tag tag, Event event) {
        return new YamlTree(file, null, null, text, tag, line(event), column(event), lastLine(event));
    }

    /** The value of the key that {@code key} tells of: itself, or a copy where it is another key's, by an alias. */
    YamlTree of(Event key) {
        YamlTree value = keyLine == 0 ? this
                : new YamlTree(file, entries, items, text, tag, line, column, lastLine);
        value.keyLine = line(key);
        value.keyColumn = column(key);
        return value;
    }

    /** The line of the key whose value it is. */
    int keyLine() {
        return keyLine;
    }

    static int line(Event event) {
        return event.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }

    static int column(Event event) {
        return event.getStartMark().map(Mark::getColumn).orElse(0) + 1;
    }

    private static int lastLine(Event event) {
        Mark end = event.getEndMark().orElse(null);
        return end == null ? line(event) : end.getColumn() == 0 ? end.getLine() : end.getLine() + 1;
    }

    /** Parses {@code text}; empty if it is no YAML (told to {@code faults}) or holds nothing. */
    public static Optional<YamlTree> parse(String file, String text, Findings faults) {
        return new YamlReading(file, faults).read(text);
    }

    /** Whether it is a map. */
    public boolean isMap() {
        return entries != null;
    }

    /** Whether it is a list. */
    public boolean isList() {
        return items != null;
    }

    /** Whether it is a single value. */
    public boolean isScalar() {
        return text != null;
    }

    /** Whether it is nothing: {@code null}, {@code ~} or left out. */
    public boolean isNull() {
        if (tag != null) {
            return tag.equals(Tag.NULL) || isScalar() && text.isEmpty() && !tag.equals(Tag.STR);
        }
        return text.isEmpty() || text.length() == NULL.length() && tag().equals(Tag.NULL);
    }

    private Tag tag() {
        return tag != null ? tag : TAGS.resolve(text, true);
    }

    /** The entries of a map, merged ones included, in the order of the file; empty for anything else. */
    public Map<String, YamlTree> entries() {
        return entries == null ? Map.of() : entries;
    }

    /** The value of a key of a map; empty where there is none, or nothing. */
    public Optional<YamlTree> get(String key) {
        YamlTree value = entries == null ? null : entries.get(key);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    /** The items of a list; empty for anything else. */
    public List<YamlTree> items() {
        return items == null ? List.of() : items;
    }

    /**
     * What stands at the end of {@code path}: keys of maps and numbers of items, from 0. Where the path leads to
     * nothing, the last value on the way, so that there is always a place to name.
     */
    public YamlTree at(List<String> path) {
        YamlTree found = this;
        for (String step : path) {
            YamlTree next = found.isList() && step.matches("\\d+") && Integer.parseInt(step) < found.items.size()
                    ? found.items.get(Integer.parseInt(step)) : found.entries().get(step);
            if (next == null) {
                break;
            }
            found = next;
        }
        return found;
    }

    /** A scalar as it is written, without its quotes. */
    public String text() {
        return text == null ? "" : text;
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
        return isNull() ? null : ScalarValue.of(text, tag());
    }

    /** Where it begins. */
    public Place place() {
        return new Place(file, line, column);
    }

    /** The last line that belongs to it, from 1. */
    public int lastLine() {
        return lastLine;
    }

    /** Where the key stands, which is where an editor should jump. */
    public Place placeOfKey(String key) {
        YamlTree value = entries().get(key);
        return value == null ? place() : new Place(file, value.keyLine, value.keyColumn);
    }

    /** The file it stands in, as the operator named it. */
    public String file() {
        return file;
    }
}
