package io.dromedary.breaker;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;

import io.dromedary.answer.ApiError;
import io.dromedary.attempt.AttemptFailed;
import io.dromedary.attempt.Outrun;
import io.dromedary.catalogue.CooldownRules;
import io.dromedary.catalogue.Deployment;
import io.dromedary.request.ClientGone;
import io.dromedary.settings.Settings;

/**
 * One circuit breaker per deployment, owned by the app and not by a Camel context, so that its state outlives a reload
 * (design.md 4.2). Built from {@code camel.resilience4j.*}, since the EIP ignores its own settings once it is given a
 * breaker. A slow call never opens one: a long generation is no fault.
 */
public final class Breakers implements AutoCloseable {

    private static final Duration NEVER = Duration.ofDays(365);
    private static final int PROBES_AT_ONCE = 8;

    private final CircuitBreakerConfig config;
    private final CircuitBreakerConfig countingConfig;
    private final long openMs;
    private final long mostMs;
    private final int trials;
    private final ScheduledExecutorService timer;
    private final Map<String, Cooldown> byId = new ConcurrentHashMap<>();

    /** @param settings where {@code camel.resilience4j.*} and {@code gateway.breaker.*} are read */
    public Breakers(Settings settings) {
        openMs = Math.max(1, settings.number("camel.resilience4j.waitDurationInOpenState")) * 1000;
        mostMs = settings.number("gateway.breaker.max-open");
        trials = settings.count("camel.resilience4j.permittedNumberOfCallsInHalfOpenState");
        config = CircuitBreakerConfig.custom()
                .failureRateThreshold(settings.number("camel.resilience4j.failureRateThreshold"))
                .slidingWindowType(SlidingWindowType.valueOf(settings.text("camel.resilience4j.slidingWindowType")))
                .slidingWindowSize(settings.count("camel.resilience4j.slidingWindowSize"))
                .minimumNumberOfCalls(settings.count("camel.resilience4j.minimumNumberOfCalls"))
                // Held open by Cooldown, which tries it when its probe has passed.
                .waitDurationInOpenState(NEVER)
                .permittedNumberOfCallsInHalfOpenState(trials)
                .slowCallDurationThreshold(NEVER)
                .writableStackTraceEnabled(false)
                .ignoreException(Breakers::countsNeitherWay)
                .build();
        // Where LiteLLM's allowed_fails counts, the rate must not open it before; half-open is the rate's in both.
        countingConfig = CircuitBreakerConfig.from(config).slidingWindowType(SlidingWindowType.TIME_BASED).slidingWindowSize(1)
                .minimumNumberOfCalls(Integer.MAX_VALUE).build();
        timer = new ScheduledThreadPoolExecutor(PROBES_AT_ONCE, task -> {
            Thread thread = new Thread(task, "breaker-probe");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** No upstream failed when the client left, when another attempt was faster, when the request was at fault, or when the gateway itself had no room. */
    private static boolean countsNeitherWay(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ClientGone || cause instanceof Outrun || cause instanceof ApiError
                    || cause instanceof AttemptFailed failed && !failed.counts()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Takes over what a generation says of {@code deployment}.
     *
     * @param probing how it is asked whether it is there
     */
    public Cooldown follow(Deployment deployment, CooldownRules rules, Cooldown.Probing probing) {
        Cooldown cooldown = byId.computeIfAbsent(deployment.id(), id -> new Cooldown(
                CircuitBreaker.of(deployment.routeName(), rules.counting() ? countingConfig : config), trials, mostMs, timer));
        cooldown.follow(rules, deployment.cooldownMs().orElse(rules.cooldownMs().orElse(openMs)), probing);
        return cooldown;
    }

    /** The breaker of {@code deployment}, the same one as long as the deployment's id stays. */
    public Cooldown of(Deployment deployment) {
        return byId.get(deployment.id());
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
