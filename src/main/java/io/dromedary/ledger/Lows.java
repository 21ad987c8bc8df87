package io.dromedary.ledger;

import java.util.Arrays;

/**
 * How little of a bucket was in use since some moment: what a reservation may give back at its end, since beyond that
 * the bucket has filled up meanwhile. Keeps the low points of the past that no later one is below, oldest and lowest
 * first. Two that differ by less than a sixteenth of the bucket are one, at the later time and the lower height: so
 * there are few, and what is given back may be too little by so much, and never too much. Not safe for several threads.
 */
final class Lows {

    private static final int STEPS = 16;

    private long[] times = new long[2];
    private double[] heights = new double[2];
    private int count;

    private Lows() {
    }

    /** Of a bucket that has no past. */
    static Lows none() {
        return new Lows();
    }

    /** Nothing is in use at {@code ms}. */
    void empty(long ms) {
        count = 1;
        times[0] = ms;
        heights[0] = 0;
    }

    /**
     * The use rises at {@code ms}.
     *
     * @param used   what is in use just before
     * @param amount of the limit
     */
    void rises(long ms, double used, double amount) {
        add(ms, Math.min(used, amount), amount);
    }

    private void add(long ms, double height, double amount) {
        while (count > 0 && heights[count - 1] >= height) {
            count--;
        }
        if (count > 0 && height - heights[count - 1] < amount / STEPS) {
            times[count - 1] = ms;
            return;
        }
        if (count == times.length) {
            times = Arrays.copyOf(times, 2 * count);
            heights = Arrays.copyOf(heights, 2 * count);
        }
        times[count] = ms;
        heights[count++] = height;
    }

    /**
     * Something that was reserved at {@code since} is given back: the past is as if less had been in use.
     *
     * @param used   what is in use now
     * @param most   how much is to be given back
     * @param amount of the limit
     * @return how much is: no more than was in use at each moment since then
     */
    double giveBack(long since, double used, double most, double amount) {
        int first = 0;
        while (first < count && times[first] <= since) {
            first++;
        }
        double back = Math.min(most, first < count ? Math.min(used, heights[first]) : used);
        int before = count;
        count = first;
        for (int i = first; i < before; i++) {
            add(times[i], heights[i] - back, amount);
        }
        return back;
    }
}
