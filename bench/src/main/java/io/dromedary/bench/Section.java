package io.dromedary.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one measurement has found: its samples by figure and target, the goals they are held against, and remarks. */
public final class Section {

    private final String title;
    private final Map<String, Map<String, Series>> figures = new LinkedHashMap<>();
    private final List<Goal> goals = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** @param title what was measured, and how */
    public Section(String title) {
        this.title = title;
    }

    /** Adds a sample of {@code figure}, which names its unit. */
    public void add(String figure, String target, double value) {
        series(figure, target).add(value);
    }

    /** The samples of that figure for that target, to which further ones are added. */
    public Series series(String figure, String target) {
        return figures.computeIfAbsent(figure, name -> new LinkedHashMap<>())
                .computeIfAbsent(target, name -> new Series());
    }

    /** The gateway's samples divided by nginx's of the same rounds. */
    public Series overNginx(String figure) {
        return series(figure, Target.GATEWAY).dividedBy(series(figure, Target.NGINX));
    }

    /** The gateway's samples less the direct ones of the same rounds. */
    public Series overDirect(String figure) {
        return series(figure, Target.GATEWAY).minus(series(figure, Target.DIRECT));
    }

    /** Holds samples against a goal: their median must not exceed {@code limit}. */
    public void goal(String figure, String words, double limit, Series measured) {
        goals.add(new Goal(figure, words, limit, measured));
    }

    /** Adds a remark; the same one once only. */
    public void note(String text) {
        if (!notes.contains(text)) {
            notes.add(text);
        }
    }

    /** The goals with what was measured. */
    public List<Goal> goals() {
        return List.copyOf(goals);
    }

    /** All samples as a Markdown table of min / median / max, with the remarks below. */
    public String markdown() {
        Set<String> targets = new LinkedHashSet<>();
        figures.values().forEach(byTarget -> targets.addAll(byTarget.keySet()));
        List<String> columns = targets.stream().sorted((a, b) -> Target.order(a) - Target.order(b)).toList();
        boolean paired = targets.contains(Target.NGINX) && targets.contains(Target.GATEWAY);
        StringBuilder out = new StringBuilder("### " + title + "\n\n| min / **median** / max |");
        columns.forEach(target -> out.append(' ').append(target).append(" |"));
        out.append(paired ? " gateway / nginx |\n|---|" : "\n|---|").append("--:|".repeat(columns.size()))
                .append(paired ? "--:|\n" : "\n");
        figures.forEach((figure, byTarget) -> {
            if (byTarget.values().stream().allMatch(series -> series.size() == 0)) {
                return;
            }
            out.append("| ").append(figure).append(" |");
            columns.forEach(target -> out.append(' ').append(cell(byTarget.get(target))).append(" |"));
            if (paired) {
                boolean both = !figure.startsWith("cores") && byTarget.containsKey(Target.NGINX)
                        && byTarget.containsKey(Target.GATEWAY);
                out.append(' ').append(both ? cell(overNginx(figure)) : "").append(" |");
            }
            out.append('\n');
        });
        notes.forEach(note -> out.append("\n- ").append(note));
        return out.append(notes.isEmpty() ? "\n" : "\n\n").toString();
    }

    private static String cell(Series series) {
        if (series == null || series.size() == 0) {
            return "";
        }
        String median = "**" + Series.text(series.median()) + "**";
        return series.size() == 1 ? median
                : Series.text(series.min()) + " / " + median + " / " + Series.text(series.max());
    }
}
