package io.dromedary.bench;

import java.util.Locale;

/**
 * A figure that is to be reached.
 *
 * @param figure   what, with its unit
 * @param words    the goal in words
 * @param limit    what the median must not exceed
 * @param measured the samples
 */
public record Goal(String figure, String words, double limit, Series measured) {

    /** The head of the table of goals. */
    public static final String HEAD = "| figure | goal | min | median | max | |\n|---|---|--:|--:|--:|---|\n";

    /** Its line of that table. */
    public String row() {
        return "| " + figure + " | " + words + " | " + Series.text(measured.min()) + " | "
                + Series.text(measured.median())
                + " | " + Series.text(measured.max()) + " | " + verdict() + " |\n";
    }

    private String verdict() {
        double median = measured.median();
        if (Double.isNaN(median)) {
            return "not measured";
        }
        return median <= limit ? "reached"
                : String.format(Locale.ROOT, "**missed**, %.2f x the goal", median / limit);
    }
}
