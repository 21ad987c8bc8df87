package io.dromedary.breaker;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;

import io.dromedary.answer.ApiError;
import io.dromedary.attempt.AttemptFailed;
import io.dromedary.catalogue.Deployment;
import io.dromedary.request.ClientGone;
import io.dromedary.settings.Settings;

/**
 * One circuit breaker per deployment, owned by the app and not by a Camel context, so that its state outlives a reload
 * (design.md 4.2). Built from {@code camel.resilience4j.*}, since the EIP ignores its own settings once it is given a
 * breaker. A slow call never opens one: a long generation is no fault.
 */
public final class Breakers {

    private static final Duration NEVER_SLOW = Duration.ofDays(1);

    private final CircuitBreakerConfig config;
    private final Duration openFor;
    private final int trials;
    private final Map<String, CircuitBreaker> byId = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> answeredTrials = new ConcurrentHashMap<>();

    /** @param settings where {@code camel.resilience4j.*} is read */
    public Breakers(Settings settings) {
        openFor = Duration.ofSeconds(Math.max(1, settings.number("camel.resilience4j.waitDurationInOpenState")));
        trials = settings.count("camel.resilience4j.permittedNumberOfCallsInHalfOpenState");
        config = CircuitBreakerConfig.custom()
                .failureRateThreshold(settings.number("camel.resilience4j.failureRateThreshold"))
                .slidingWindowType(SlidingWindowType.valueOf(settings.text("camel.resilience4j.slidingWindowType")))
                .slidingWindowSize(settings.count("camel.resilience4j.slidingWindowSize"))
                .minimumNumberOfCalls(settings.count("camel.resilience4j.minimumNumberOfCalls"))
                .waitDurationInOpenState(openFor)
                .permittedNumberOfCallsInHalfOpenState(trials)
                .slowCallDurationThreshold(NEVER_SLOW)
                .writableStackTraceEnabled(false)
                .ignoreException(Breakers::countsNeitherWay)
                .build();
    }

    /** No upstream failed when the client left, when the request was at fault, or when the gateway itself had no room. */
    private static boolean countsNeitherWay(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ClientGone || cause instanceof ApiError
                    || cause instanceof AttemptFailed failed && !failed.counts()) {
                return true;
            }
        }
        return false;
    }

    /** The breaker of {@code deployment}, the same one as long as the deployment's id stays. */
    public CircuitBreaker of(Deployment deployment) {
        return byId.computeIfAbsent(deployment.id(), id -> {
            CircuitBreaker breaker = CircuitBreaker.of(deployment.routeName(), config);
            breaker.getEventPublisher().onStateTransition(change -> answeredTrials.remove(id));
            return breaker;
        });
    }

    /**
     * Notes that {@code deployment} has given the first content of a stream, or a whole plain answer. A breaker that tries its
     * deployment learns of a success at the end of the call only, and a stream may take minutes; so, when the permitted number
     * of calls has had content, it is closed from here.
     */
    public void answered(Deployment deployment) {
        CircuitBreaker breaker = of(deployment);
        if (breaker.getState() == CircuitBreaker.State.HALF_OPEN && answeredTrials.computeIfAbsent(deployment.id(),
                id -> new AtomicInteger()).incrementAndGet() >= trials) {
            breaker.transitionToClosedState();
        }
    }

    /** How long a breaker stays open, in seconds: what a client is told to wait. */
    public long openForSeconds() {
        return openFor.toSeconds();
    }
}
