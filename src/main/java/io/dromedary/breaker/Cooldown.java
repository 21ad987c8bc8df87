package io.dromedary.breaker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;

import io.dromedary.client.Ending;
import io.dromedary.client.FailureKind;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.log.GatewayLog;
import io.dromedary.model.CooldownRules;

/**
 * The circuit breaker of one deployment, and the time that it stays open. Resilience4j would try a deployment with the
 * next user's call when that time is up; here a probe that spends no token comes first, and while it fails no call is
 * spent on finding out. A probe alone closes nothing: a server can list its models and still fail to generate. So the
 * calls that the breaker lets through then are counted by their first content.
 */
public final class Cooldown {

    private static final GatewayLog LOG = GatewayLog.of(Cooldown.class);
    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final CircuitBreaker breaker;
    private final int trials;
    private final long mostMs;
    private final Trickle trickle;
    private final ScheduledExecutorService timer;
    private final Deque<Long> failures = new ArrayDeque<>();
    private volatile long openMs;
    private volatile CooldownRules rules = CooldownRules.NONE;
    private volatile Probing probing = () -> true;
    private ScheduledFuture<?> trial;
    private long until;
    private boolean rateLimited;
    private boolean said;
    private boolean trickling;
    private long letThroughAt = System.nanoTime() - TimeUnit.DAYS.toNanos(1);
    private long leftAloneAt;
    private int answered;
    private volatile int lastStatus;
    private final LongConsumer hints;
    private final Map<Integer, LongAdder> opened = new ConcurrentHashMap<>();
    private final BreakerStory story;

    /**
     * Which calls are let through to a deployment that is left alone.
     *
     * @param everyMs    one in so many ms for requests that have nobody else to ask; 0 for none
     * @param unprovenMs one in so many ms for any request while no probe passes; 0 for none
     */
    record Trickle(long everyMs, long unprovenMs) {
    }

    /** Asks a deployment whether it is there, without spending a token. May take long. */
    @FunctionalInterface
    public interface Probing {
        /** Whether it is. */
        boolean passes();
    }

    /**
     * @param breaker one that does not become half-open by itself
     * @param trials  how many calls it lets through half-open
     * @param mostMs  how long it stays open at most, whatever an upstream says, in ms
     * @param trickle which calls are let through while it is open
     * @param timer   on whose threads probes run
     * @param changes is told of each change, on the thread that makes it
     * @param hints   is told for how many seconds the deployment takes no request, where it has said so
     */
    Cooldown(CircuitBreaker breaker, int trials, long mostMs, Trickle trickle, ScheduledExecutorService timer,
            Consumer<BreakerStatus> changes, LongConsumer hints) {
        this.hints = hints;
        this.story = new BreakerStory(breaker, changes);
        this.breaker = breaker;
        this.trials = trials;
        this.mostMs = mostMs;
        this.trickle = trickle;
        this.timer = timer;
        breaker.getEventPublisher().onStateTransition(change -> changed(change.getStateTransition().getToState()));
        breaker.getEventPublisher().onError(error -> {
            Ending ending = Ending.of(error.getThrowable());
            story.failed(ending);
            failed(ending);
        });
    }

    /** Takes over what the active generation says of the deployment. */
    void follow(CooldownRules newRules, long newOpenMs, Probing newProbing) {
        rules = newRules;
        openMs = newOpenMs;
        probing = newProbing;
        if (newRules.disabled() && breaker.getState() != State.DISABLED) {
            breaker.transitionToDisabledState();
        } else if (!newRules.disabled() && breaker.getState() == State.DISABLED) {
            breaker.transitionToClosedState();
        }
    }

    /** How it stands, and why. */
    public BreakerStatus status() {
        return story.status(open(), leftAloneMs());
    }

    /** The breaker itself. */
    public CircuitBreaker breaker() {
        return breaker;
    }

    /**
     * Tells how often it was opened, by the status of the failure that opened it.
     *
     * @param reader takes a status and how often
     */
    public void readOpened(BiConsumer<Integer, Long> reader) {
        opened.forEach((status, count) -> reader.accept(status, count.sum()));
    }

    /** Whether the deployment is left alone: by all but the calls that are {@linkplain #letsThrough let through}. */
    public synchronized boolean open() {
        return breaker.getState() == State.OPEN || trickling;
    }

    /**
     * Lets a call through to a deployment that is left alone: one in so many ms for requests that have nobody else to
     * ask, and one in a longer while for any request where no probe has passed, since there are upstreams that refuse
     * every probe. Its failure leaves the deployment alone as before; its first content ends that.
     *
     * @param nobodyElse whether the request has nobody else to ask
     */
    public boolean letsThrough(boolean nobodyElse) {
        long everyMs = nobodyElse ? trickle.everyMs() : trickle.unprovenMs();
        boolean opens;
        synchronized (this) {
            long now = System.nanoTime();
            long before = nobodyElse ? letThroughAt : Math.max(letThroughAt, leftAloneAt);
            if (everyMs == 0 || now - before < TimeUnit.MILLISECONDS.toNanos(everyMs)) {
                return false;
            }
            letThroughAt = now;
            opens = breaker.getState() == State.OPEN;
            trickling |= opens;
        }
        if (opens) {
            breaker.transitionToHalfOpenState();
        }
        return true;
    }

    /**
     * How long the deployment is left alone at least from now on, in ms; 0 if it is not, or may come back at any
     * moment.
     */
    public long leftAloneMs() {
        if (!open()) {
            return 0;
        }
        synchronized (this) {
            return Math.max(0, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime()));
        }
    }

    /** Why a deployment that is left alone was not asked, and when it may be. */
    public synchronized UpstreamFailed reason() {
        OptionalLong back = OptionalLong.of(secondsLeft());
        return rateLimited
                ? new UpstreamFailed(FailureKind.COOLING_DOWN_RATE_LIMITED, "cooling down after too many requests",
                back)
                : new UpstreamFailed(FailureKind.COOLING_DOWN, "cooling down after failures", back);
    }

    /** How long it is still left alone at least, in seconds, rounded up; 1 where it may come back at any moment. */
    private synchronized long secondsLeft() {
        long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
        return Math.max(1, (left + 999) / 1000);
    }

    /**
     * An attempt has failed that is not made again: one 429 with a {@code Retry-After} is enough to leave the
     * deployment alone for as long as that says. Not so if a request waits for it and asks again.
     */
    public void leaveAloneAfter(UpstreamFailed reason) {
        if (reason != null && reason.status() == 429 && reason.counts() && reason.retryAfterSeconds().isPresent()) {
            tooManyRequests(reason.retryAfterSeconds().getAsLong());
        }
    }

    /** The deployment has said that it takes no request for so many seconds. The longest time that was said holds. */
    public void tooManyRequests(long seconds) {
        if (!rules.disabled()) {
            story.saidSo(seconds);
            takesNone(seconds);
            hints.accept(Math.min(TimeUnit.MILLISECONDS.toSeconds(mostMs), seconds));
        }
    }

    /** The deployment has said to another gateway that it takes no request for so many seconds. */
    void saidElsewhere(long seconds) {
        if (!rules.disabled()) {
            story.saidElsewhere(seconds);
            takesNone(seconds);
        }
    }

    private void takesNone(long seconds) {
        synchronized (this) {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.min(mostMs, seconds * 1000));
            until = breaker.getState() == State.OPEN && until - end > 0 ? until : end;
            rateLimited = true;
            said = true;
            lastStatus = 429;
        }
        if (breaker.getState() == State.OPEN) {
            schedule();
        } else {
            breaker.transitionToOpenState();
        }
    }

    /**
     * The deployment has given the first content of a stream, or a whole plain answer. A breaker learns of a success at
     * the end of a call only, and a stream may take minutes: when the permitted number of calls has had content, it is
     * closed from here.
     */
    public void answered() {
        boolean enough;
        synchronized (this) {
            // A call that was let through proves more than any probe.
            enough = breaker.getState() == State.HALF_OPEN && (++answered >= trials || trickling);
        }
        if (enough) {
            breaker.transitionToClosedState();
        }
    }

    /**
     * A call that was let through and fails ends the trial at once. Else it would stay in the statistics of the
     * half-open breaker, and the first good call after the probe would make it half failed and open it again.
     */
    private boolean endsTrickle() {
        boolean letThrough;
        synchronized (this) {
            letThrough = trickling && breaker.getState() == State.HALF_OPEN;
        }
        if (letThrough) {
            breaker.transitionToOpenState();
        }
        return letThrough;
    }

    private void failed(Ending ending) {
        if (ending instanceof UpstreamFailed failed && ending.counts()) {
            lastStatus = failed.status();
        }
        if (endsTrickle()) {
            return;
        }
        OptionalInt borne = ending instanceof UpstreamFailed failed ? rules.borne(failed.kind().liteLlmName())
                : OptionalInt.empty();
        if (!rules.counting() || borne.isEmpty() || breaker.getState() != State.CLOSED) {
            return;
        }
        boolean tooMany;
        synchronized (failures) {
            long now = System.nanoTime();
            failures.add(now);
            while (now - failures.peek() > MINUTE_NANOS) {
                failures.poll();
            }
            tooMany = failures.size() > borne.getAsInt();
        }
        if (tooMany) {
            story.beyondAllowed(borne.getAsInt());
            breaker.transitionToOpenState();
        }
    }

    /** From now on, anybody's calls try it. */
    private void tryAgain() {
        boolean opens;
        synchronized (this) {
            trickling = false;
            opens = breaker.getState() == State.OPEN;
        }
        if (opens) {
            breaker.transitionToHalfOpenState();
        }
    }

    private void changed(State state) {
        boolean quietly;
        synchronized (this) {
            answered = 0;
            leftAloneAt = state == State.OPEN && !trickling ? System.nanoTime() : leftAloneAt;
            quietly = trickling && state != State.CLOSED;
            trickling &= state == State.HALF_OPEN;
            // A call that was let through and failed does not make the time longer.
            if (state == State.OPEN && !said && !(quietly && until - System.nanoTime() > 0)) {
                until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(openMs);
                rateLimited = false;
            }
            said = false;
        }
        synchronized (failures) {
            failures.clear();
        }
        if (!quietly && state != State.DISABLED) { // which is configured, and no news
            story.changed(state, leftAloneMs());
            LOG.info("{} is {}", breaker.getName(),
                    GatewayLog.own(state == State.OPEN ? "left alone for " + secondsLeft() + " s"
                    : state == State.HALF_OPEN ? "tried again" : state == State.CLOSED ? "well again" : state.name()));
        }
        if (state == State.OPEN) {
            if (!quietly) {
                opened.computeIfAbsent(lastStatus, status -> new LongAdder()).increment();
            }
            schedule();
        }
    }

    private synchronized void schedule() {
        if (trial != null) {
            trial.cancel(false);
        }
        trial = timer.schedule(this::probe, until - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private boolean passes() {
        try {
            return probing.passes();
        } catch (RuntimeException e) {
            LOG.warn("{} could not be probed", breaker.getName(), e);
            return false;
        }
    }

    private void probe() {
        if (!open()) {
            return;
        }
        if (passes()) {
            tryAgain();
            return;
        }
        synchronized (this) {
            until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(openMs);
        }
        story.probeFailed();
        schedule();
    }
}
