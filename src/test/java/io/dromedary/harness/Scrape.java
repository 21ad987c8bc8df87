package io.dromedary.harness;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code /metrics} told: each series by its name and labels, as they are written. */
public record Scrape(String text, Map<String, Double> series) {

    private static final Pattern LINE = Pattern.compile("([a-z_A-Z0-9]+(?:\\{.*})?) (\\S+)");

    /** Reads a page. */
    public static Scrape of(String text) {
        Map<String, Double> series = new LinkedHashMap<>();
        for (String line : text.split("\n")) {
            Matcher matcher = LINE.matcher(line);
            if (!line.startsWith("#") && matcher.matches()) {
                series.put(matcher.group(1), Double.valueOf(matcher.group(2).replace("+Inf", "Infinity")));
            }
        }
        return new Scrape(text, series);
    }

    /** The sum of the series of that name whose labels hold all of {@code labels}, such as {@code status="200"}. */
    public double sum(String name, String... labels) {
        double sum = 0;
        for (Map.Entry<String, Double> entry : series.entrySet()) {
            boolean all = entry.getKey().equals(name) || entry.getKey().startsWith(name + "{");
            for (String label : labels) {
                all &= entry.getKey().contains("{" + label) || entry.getKey().contains("," + label);
            }
            sum += all ? entry.getValue() : 0;
        }
        return sum;
    }

    /** How many series each metric has; buckets of a histogram count once. */
    public Map<String, Integer> counts() {
        Map<String, Integer> counts = new TreeMap<>();
        for (String key : series.keySet()) {
            if (!key.contains("le=\"") || key.contains("le=\"+Inf\"")) {
                counts.merge(key.replaceAll("\\{.*", ""), 1, Integer::sum);
            }
        }
        return counts;
    }
}
