package io.dromedary.observe.traffic;

import java.util.Arrays;

/**
 * Sums of the last steps of time, each as long as the others, in two arrays that never grow. Beside the sums, each step
 * has a histogram of the times to a first token, whose bounds are 1.5 times each other. Not safe for several threads.
 */
final class Steps {

    private static final int MEASURES = Measure.values().length;
    private static final int BUCKETS = 30;
    private static final double FIRST_BOUND_MS = 2;
    private static final double RATIO = 1.5;

    private final long stepMs;
    private final int size;
    private final long[] sums;
    private final int[] histogram;
    private long newest;

    /**
     * @param stepMs how long a step is, in ms
     * @param size   how many are kept
     */
    Steps(long stepMs, int size, long now) {
        this.stepMs = stepMs;
        this.size = size;
        this.sums = new long[size * MEASURES];
        this.histogram = new int[size * BUCKETS];
        this.newest = now / stepMs;
    }

    private Steps(Steps other) {
        this.stepMs = other.stepMs;
        this.size = other.size;
        this.sums = other.sums.clone();
        this.histogram = other.histogram.clone();
        this.newest = other.newest;
    }

    /** The same as it is now. */
    Steps copy() {
        return new Steps(this);
    }

    long stepMs() {
        return stepMs;
    }

    int size() {
        return size;
    }

    /** Lets time pass: what is older than the kept steps is forgotten. */
    void advance(long now) {
        long step = now / stepMs;
        for (long next = Math.max(newest + 1, step - size + 1); next <= step; next++) {
            int slot = slot(next);
            Arrays.fill(sums, slot * MEASURES, (slot + 1) * MEASURES, 0);
            Arrays.fill(histogram, slot * BUCKETS, (slot + 1) * BUCKETS, 0);
        }
        newest = Math.max(newest, step);
    }

    private int slot(long step) {
        return (int) (step % size);
    }

    /** Adds to the newest step. */
    void add(Measure measure, long amount) {
        sums[slot(newest) * MEASURES + measure.ordinal()] += amount;
    }

    /** Adds a time to a first token to the newest step. */
    void firstToken(long micros) {
        double ms = micros / 1000.0;
        int bucket = ms <= FIRST_BOUND_MS ? 0
                : (int) Math.ceil(Math.log(ms / FIRST_BOUND_MS) / Math.log(RATIO) - 1e-9);
        histogram[slot(newest) * BUCKETS + Math.min(bucket, BUCKETS - 1)]++;
    }

    /** When the oldest kept step began, in ms since 1970. */
    long from() {
        return (newest - size + 1) * stepMs;
    }

    /**
     * The sum over some steps.
     *
     * @param first the first of them, counted from the oldest kept one
     */
    long sum(Measure measure, int first, int count) {
        long sum = 0;
        for (int i = first; i < first + count; i++) {
            sum += sums[slot(newest - size + 1 + i) * MEASURES + measure.ordinal()];
        }
        return sum;
    }

    /**
     * The time to a first token that {@code share} of those in some steps were below, in ms: right to a fifth or so;
     * null if there were none.
     */
    Double percentile(double share, int first, int count) {
        long[] all = new long[BUCKETS];
        long total = 0;
        for (int i = first; i < first + count; i++) {
            int from = slot(newest - size + 1 + i) * BUCKETS;
            for (int b = 0; b < BUCKETS; b++) {
                all[b] += histogram[from + b];
                total += histogram[from + b];
            }
        }
        if (total == 0) {
            return null;
        }
        double wanted = share * total;
        double below = 0;
        for (int b = 0; b < BUCKETS; b++) {
            if (all[b] > 0 && below + all[b] >= wanted) {
                double lower = b == 0 ? 0 : FIRST_BOUND_MS * Math.pow(RATIO, b - 1.0);
                double upper = FIRST_BOUND_MS * Math.pow(RATIO, b);
                return Math.round((lower + (upper - lower) * (wanted - below) / all[b]) * 10) / 10.0;
            }
            below += all[b];
        }
        return null;
    }
}
