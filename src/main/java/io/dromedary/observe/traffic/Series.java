package io.dromedary.observe.traffic;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What happened over time, to the whole gateway or to one deployment: in short steps for a quarter of an hour, in long
 * ones for a day. Takes the same memory whatever happens. Safe for several threads.
 */
public final class Series {

    private final LongSupplier clock;
    private final Steps quarter;
    private final Steps day;

    /** How far a series goes back. */
    public enum Range {
        /** A quarter of an hour. */
        QUARTER(15 * 60_000L),
        /** A day. */
        DAY(24 * 3600_000L);

        private final long lengthMs;

        Range(long lengthMs) {
            this.lengthMs = lengthMs;
        }

        /** How long it is, in ms. */
        public long lengthMs() {
            return lengthMs;
        }
    }

    /** Adds to the running step. */
    public interface Sums {

        /** So much more. */
        void add(Measure measure, long amount);

        /** A first token came after so long. */
        void firstToken(long micros);
    }

    /**
     * Some steps together.
     *
     * @param steps whose they are: a copy, which does not change
     * @param first the first of them
     * @param count how many
     */
    public record Span(Steps steps, int first, int count) {

        /** When they began, in ms since 1970. */
        public long from() {
            return steps.from() + first * steps.stepMs();
        }

        /** The sum over them. */
        public long sum(Measure measure) {
            return steps.sum(measure, first, count);
        }

        /** The time to a first token that {@code share} of them were below, in ms; null if there was none. */
        public Double firstTokenMs(double share) {
            return steps.percentile(share, first, count);
        }

        /** Tokens a second with which one answer was written; null if there was none. */
        public Double speed() {
            long micros = sum(Measure.GENERATION_MICROS);
            return micros == 0 ? null : rounded(sum(Measure.TIMED_TOKENS) * 1e6 / micros);
        }

        /** Tokens a second of all answers that ended. */
        public double tokensPerSecond() {
            return rounded(sum(Measure.COMPLETION_TOKENS) * 1000.0 / (count * steps.stepMs()));
        }

        /** What it cost, in US dollars; null where nothing had a price. */
        public Double costUsd() {
            return sum(Measure.PRICED) == 0 ? null : sum(Measure.COST_NANOS) / 1e9;
        }

        private static double rounded(double value) {
            return Math.round(value * 10) / 10.0;
        }
    }

    /**
     * A range in equal points.
     *
     * @param from   when the first began, in ms since 1970
     * @param stepMs how long each is
     * @param points what {@code of} has made of each, oldest first
     */
    public record Points<T>(long from, long stepMs, List<T> points) {
    }

    /** Reads some steps. */
    public interface Reading<T> {

        /** What they come to. */
        T of(Span span);
    }

    /**
     * @param quarterStepMs the short step, in ms
     * @param dayStepMs     the long step, in ms
     */
    Series(long quarterStepMs, long dayStepMs, LongSupplier clock) {
        this.clock = clock;
        long now = clock.getAsLong();
        this.quarter = new Steps(quarterStepMs, (int) (Range.QUARTER.lengthMs() / quarterStepMs), now);
        this.day = new Steps(dayStepMs, (int) (Range.DAY.lengthMs() / dayStepMs), now);
    }

    /** Adds what {@code what} adds, at once. */
    synchronized void add(Consumer<Sums> what) {
        long now = clock.getAsLong();
        quarter.advance(now);
        day.advance(now);
        what.accept(new Sums() {

            @Override
            public void add(Measure measure, long amount) {
                quarter.add(measure, amount);
                day.add(measure, amount);
            }

            @Override
            public void firstToken(long micros) {
                quarter.firstToken(micros);
                day.firstToken(micros);
            }
        });
    }

    /** The last quarter of an hour. */
    public Span window() {
        Steps steps = copy(Range.QUARTER);
        return new Span(steps, 0, steps.size());
    }

    /** How long a step is, in ms. */
    public long stepMs(Range range) {
        return of(range).stepMs();
    }

    /**
     * All points of a range; the newest one still goes on.
     *
     * @param together how many steps make a point
     */
    public <T> Points<T> points(Range range, int together, Reading<T> reading) {
        Steps steps = copy(range);
        return points(steps, 0, together, steps.size() / together, reading);
    }

    /**
     * The points of a range that are over. Each begins at a whole multiple of its length, so that it keeps its place
     * and its value while time goes on.
     *
     * @param together how many steps make a point
     */
    public <T> Points<T> whole(Range range, int together, Reading<T> reading) {
        Steps steps = copy(range);
        int first = (int) Math.floorMod(-(steps.from() / steps.stepMs()), (long) together);
        return points(steps, first, together, (steps.size() - 1 - first) / together, reading);
    }

    private static <T> Points<T> points(Steps steps, int first, int together, int count, Reading<T> reading) {
        List<T> points = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            points.add(reading.of(new Span(steps, first + i * together, together)));
        }
        return new Points<>(steps.from() + first * steps.stepMs(), steps.stepMs() * together, points);
    }

    /** To be read without the lock: requests that end wait for a copy, and not for what is made of it. */
    private synchronized Steps copy(Range range) {
        Steps steps = of(range);
        steps.advance(clock.getAsLong());
        return steps.copy();
    }

    private Steps of(Range range) {
        return range == Range.DAY ? day : quarter;
    }
}
