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

    private static final long QUARTER_MS = 15 * 60_000L;
    private static final long DAY_MS = 24 * 3600_000L;

    private final LongSupplier clock;
    private final Steps quarter;
    private final Steps day;

    /** How far a series goes back. */
    public enum Range {
        /** A quarter of an hour. */
        QUARTER,
        /** A day. */
        DAY
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
     * @param steps whose they are
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
        this.quarter = new Steps(quarterStepMs, (int) (QUARTER_MS / quarterStepMs), now);
        this.day = new Steps(dayStepMs, (int) (DAY_MS / dayStepMs), now);
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

    /** What the last quarter of an hour comes to. */
    public synchronized <T> T window(Reading<T> reading) {
        quarter.advance(clock.getAsLong());
        return reading.of(new Span(quarter, 0, quarter.size()));
    }

    /** What the last short step comes to that is over. */
    public synchronized <T> T lastStep(Reading<T> reading) {
        quarter.advance(clock.getAsLong());
        return reading.of(new Span(quarter, quarter.size() - 2, 1));
    }

    /**
     * All points of a range.
     *
     * @param together how many steps make a point
     */
    public synchronized <T> Points<T> points(Range range, int together, Reading<T> reading) {
        Steps steps = range == Range.DAY ? day : quarter;
        steps.advance(clock.getAsLong());
        List<T> points = new ArrayList<>(steps.size() / together);
        for (int first = 0; first < steps.size(); first += together) {
            points.add(reading.of(new Span(steps, first, together)));
        }
        return new Points<>(steps.from(), steps.stepMs() * together, points);
    }
}
