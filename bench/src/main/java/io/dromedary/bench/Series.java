package io.dromedary.bench;

import java.util.Arrays;
import java.util.Locale;

/** Samples of one figure, in the order they were taken. Not safe for several threads. */
public final class Series {

    private static final double ROUNDING = 1e-9;

    private double[] values = new double[16];
    private int size;

    /** Adds one sample. */
    public void add(double value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    /** Adds those of another. */
    public void addAll(Series other) {
        for (int i = 0; i < other.size; i++) {
            add(other.values[i]);
        }
    }

    /** The samples from that place on, the first of all being 0, up to the one before {@code to}. */
    public Series part(int from, int to) {
        Series part = new Series();
        for (int i = from; i < to; i++) {
            part.add(values[i]);
        }
        return part;
    }

    /** How many samples there are. */
    public int size() {
        return size;
    }

    /** The smallest sample; NaN without any. */
    public double min() {
        return percentile(0);
    }

    /** The median; NaN without any sample. */
    public double median() {
        return size % 2 == 1 ? percentile(50) : (percentile(50) + percentile(50 + 100.0 / Math.max(1, size))) / 2;
    }

    /** The largest sample; NaN without any. */
    public double max() {
        return percentile(100);
    }

    /** The sample that {@code percent} of all do not exceed; NaN without any. */
    public double percentile(double percent) {
        if (size == 0) {
            return Double.NaN;
        }
        double[] sorted = Arrays.copyOf(values, size);
        Arrays.sort(sorted);
        return sorted[Math.max(0, Math.min(size, (int) Math.ceil(percent / 100 * size - ROUNDING)) - 1)];
    }

    /** The sample of that round. */
    public double at(int round) {
        return values[round];
    }

    /** Each sample times {@code factor}. */
    public Series times(double factor) {
        Series products = new Series();
        for (int i = 0; i < size; i++) {
            products.add(values[i] * factor);
        }
        return products;
    }

    /** Each sample divided by the one that {@code other} took in the same round. */
    public Series dividedBy(Series other) {
        Series quotients = new Series();
        for (int i = 0; i < Math.min(size, other.size); i++) {
            quotients.add(values[i] / other.values[i]);
        }
        return quotients;
    }

    /** Each sample less the one that {@code other} took in the same round. */
    public Series minus(Series other) {
        Series differences = new Series();
        for (int i = 0; i < Math.min(size, other.size); i++) {
            differences.add(values[i] - other.values[i]);
        }
        return differences;
    }

    /** The number as tables show it: three digits that count, more only where it is large. */
    static String text(double value) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }
}
