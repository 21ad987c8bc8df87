package io.dromedary.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;

import io.dromedary.findings.Findings;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;

/**
 * Makes the values of one document while its text is parsed, and no more of them than a file may have. The text is gone
 * through once, without the library's own tree of nodes: the start of a gateway with ten thousand keys is what that
 * takes.
 */
final class YamlReading {

    /** Enough for thousands of models. A few lines of aliases for lists of aliases stand for billions. */
    private static final int MOST_VALUES = 200_000;
    /** Stands for a value that has not ended. */
    private static final Anchored OPEN = new Anchored(null, 0);

    private final String file;
    private final Findings faults;
    private final Map<Anchor, Anchored> anchors = new HashMap<>();
    private Iterator<Event> events;
    private int values;

    /** What an alias stands for, and how many values that is. */
    private record Anchored(YamlTree tree, int values) {
    }

    /** Why there is no tree; without a stack trace, as it is told and no more. */
    private static final class Unreadable extends RuntimeException {

        private static final long serialVersionUID = 1;
        private final int line;
        private final int column;
        private final String mend;

        Unreadable(int line, int column, String problem, String mend) {
            super(problem, null, false, false);
            this.line = line;
            this.column = column;
            this.mend = mend;
        }

        Unreadable(Event at, String problem, String mend) {
            this(YamlTree.line(at), YamlTree.column(at), problem, mend);
        }
    }

    /** @param file as the operator has named it */
    YamlReading(String file, Findings faults) {
        this.file = file;
        this.faults = faults;
    }

    /** The value of the document; empty if it is no YAML, which is told, or holds nothing. */
    Optional<YamlTree> read(String text) {
        LoadSettings settings = LoadSettings.builder().setLabel(file).setUseMarks(true).build();
        try {
            events = new Parse(settings).parseString(text).iterator();
            return document();
        } catch (Unreadable e) {
            stop(e.line, e.column, e.getMessage(), e.mend);
        } catch (MarkedYamlEngineException e) {
            Mark mark = e.getProblemMark().orElse(null);
            stop(mark == null ? 1 : mark.getLine() + 1, mark == null ? 1 : mark.getColumn() + 1, e.getProblem(),
                    "Mend the indentation or the quotes here");
        } catch (YamlEngineException e) {
            stop(1, 1, String.valueOf(e.getMessage()), "Mend it, or look for a stray character");
        } catch (StackOverflowError e) {
            stop(1, 1, "it is nested without end", "Write it out");
        }
        return Optional.empty();
    }

    private void stop(int line, int column, String problem, String mend) {
        faults.stop(Rule.YAML_SYNTAX, new Place(file, line, column), "YAML", problem, mend);
    }

    private Optional<YamlTree> document() {
        events.next(); // the stream's start
        if (events.next().getEventId() == Event.ID.StreamEnd) {
            return Optional.empty();
        }
        YamlTree tree = value(events.next());
        events.next(); // the document's end
        Event after = events.next();
        if (after.getEventId() != Event.ID.StreamEnd) {
            throw new Unreadable(after, "but found another document", "Mend the indentation or the quotes here");
        }
        return Optional.of(tree);
    }

    private YamlTree value(Event event) {
        if (event instanceof AliasEvent alias) {
            Anchored found = anchored(alias);
            count(found.values);
            return found.tree;
        }
        int before = values;
        count(1);
        Anchor anchor = ((NodeEvent) event).getAnchor().orElse(null);
        if (anchor != null) {
            anchors.put(anchor, OPEN);
        }
        YamlTree tree = switch (event.getEventId()) {
            case SequenceStart -> list(event);
            case MappingStart -> map(event);
            default -> scalar((ScalarEvent) event);
        };
        if (anchor != null) {
            anchors.put(anchor, new Anchored(tree, values - before));
        }
        return tree;
    }

    private Anchored anchored(AliasEvent alias) {
        Anchored found = anchors.get(alias.getAlias());
        if (found == null) {
            // The alias may be a password that begins with an asterisk.
            throw new Unreadable(alias, "what begins with * refers to an anchor, and there is none of that name",
                    "Put it in quotes if it is a text");
        }
        if (found == OPEN) {
            throw new Unreadable(alias, "an anchor holds itself", "Write it out");
        }
        return found;
    }

    private void count(int more) {
        values += more;
        if (values > MOST_VALUES) {
            throw new Unreadable(1, 1, "holds more than " + MOST_VALUES
                    + " values, where an alias counts as what it stands for", "Write less into it");
        }
    }

    private YamlTree scalar(ScalarEvent event) {
        String tag = event.getTag().orElse("!");
        return YamlTree.scalar(file, event.getValue(), !tag.equals("!") ? new Tag(tag)
                : event.getImplicit().canOmitTagInPlainScalar() ? null : Tag.STR, event);
    }

    private YamlTree list(Event start) {
        List<YamlTree> items = new ArrayList<>();
        Event next = events.next();
        for (; next.getEventId() != Event.ID.SequenceEnd; next = events.next()) {
            items.add(value(next));
        }
        return YamlTree.list(file, items, start, next);
    }

    private YamlTree map(Event start) {
        Map<String, YamlTree> entries = new LinkedHashMap<>();
        Set<String> merged = new HashSet<>();
        Event key = events.next();
        for (; key.getEventId() != Event.ID.MappingEnd; key = events.next()) {
            String name = name(key, start);
            YamlTree value = value(events.next());
            if (name.equals("<<")) {
                merge(value, entries, merged);
            } else if (merged.remove(name) || !entries.containsKey(name)) {
                entries.put(name, value.of(key));
            } else {
                faults.stop(Rule.UNIQUE_KEY, new Place(file, YamlTree.line(key), YamlTree.column(key)), name,
                        "stands twice, first in line " + entries.get(name).keyLine(), "Keep one of them");
            }
        }
        return YamlTree.map(file, entries, start, key);
    }

    /** The text of a key, or of what the alias that is the key stands for. Keys do not count as values. */
    private String name(Event key, Event map) {
        if (key instanceof AliasEvent alias) {
            YamlTree tree = anchored(alias).tree;
            if (tree.isScalar()) {
                return tree.text();
            }
        } else if (key instanceof ScalarEvent scalar) {
            scalar.getAnchor().ifPresent(anchor -> anchors.put(anchor, new Anchored(scalar(scalar), 1)));
            return scalar.getValue();
        } else if (key.getEventId() == Event.ID.MappingStart && YamlTree.line(key) == YamlTree.line(map)
                && YamlTree.column(key) == YamlTree.column(map) + 1) {
            throw new Unreadable(map, "a value that begins with {{ is a map to YAML", "Put it in quotes");
        }
        throw new Unreadable(key, "a key is a map or a list", "Write a text, in quotes if it begins with { or [");
    }

    /** A merged key counts where the map has none of its own, be that before or after. */
    private void merge(YamlTree from, Map<String, YamlTree> entries, Set<String> merged) {
        for (YamlTree source : from.isList() ? from.items() : List.of(from)) {
            count(source.entries().size());
            source.entries().forEach((key, value) -> {
                if (entries.putIfAbsent(key, value) == null) {
                    merged.add(key);
                }
            });
        }
    }
}
