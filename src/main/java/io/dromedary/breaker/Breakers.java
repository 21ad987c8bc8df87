package io.dromedary.breaker;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.BiConsumer;
import java.util.function.ObjLongConsumer;
import java.util.stream.Collectors;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;

import io.dromedary.client.Ending;
import io.dromedary.model.CooldownRules;
import io.dromedary.model.Deployment;
import io.dromedary.settings.Settings;

/**
 * One circuit breaker per deployment, owned by the app and not by a Camel context, so that its state outlives a reload.
 * Built from {@code camel.resilience4j.*}, since the EIP ignores its own settings once it is given a
 * breaker. A slow call never opens one: a long generation is no fault.
 */
public final class Breakers implements AutoCloseable {

    private static final Duration NEVER = Duration.ofDays(365);
    private static final int PROBES_AT_ONCE = 8;
    private static final String COUNTING = " counting";

    private final CircuitBreakerConfig config;
    private final CircuitBreakerConfig countingConfig;
    private final long openMs;
    private final long mostMs;
    private final Cooldown.Trickle trickle;
    private final int trials;
    private final ScheduledExecutorService timer;
    private final Map<String, Cooldown> byId = new ConcurrentHashMap<>();
    private volatile ObjLongConsumer<String> hints = (deployment, seconds) -> { };
    private volatile BiConsumer<String, BreakerStatus> changes = (deployment, status) -> { };

    /** @param settings where {@code camel.resilience4j.*} and {@code gateway.breaker.*} are read */
    public Breakers(Settings settings) {
        openMs = Math.max(1, settings.number("camel.resilience4j.waitDurationInOpenState")) * 1000;
        mostMs = settings.number("gateway.breaker.max-open");
        trickle = new Cooldown.Trickle(settings.number("gateway.breaker.trickle"),
                settings.number("gateway.breaker.unproven"));
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
                .ignoreException(failure -> !Ending.of(failure).counts())
                .build();
        // Where LiteLLM's allowed_fails counts, the rate must not open it before; half-open is the rate's in both.
        countingConfig = CircuitBreakerConfig.from(config).slidingWindowType(SlidingWindowType.TIME_BASED)
                .slidingWindowSize(1)
                .minimumNumberOfCalls(Integer.MAX_VALUE).build();
        timer = new ScheduledThreadPoolExecutor(PROBES_AT_ONCE, task -> {
            Thread thread = new Thread(task, "breaker-probe");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * The breaker of {@code deployment}: the same one as long as its id stays, and whether {@code allowed_fails}
     * counts.
     */
    public Cooldown of(Deployment deployment, CooldownRules rules) {
        return byId.computeIfAbsent(key(deployment, rules), id -> new Cooldown(
                CircuitBreaker.of(deployment.routeName(), rules.counting() ? countingConfig : config), trials, mostMs,
                trickle, timer, status -> changes.accept(deployment.id(), status),
                seconds -> hints.accept(deployment.id(), seconds)));
    }

    /**
     * From now on, {@code listener} is told of each change.
     *
     * @param listener takes the deployment's id and how its breaker stands now; called on the thread that made the
     *                 change, must not block
     */
    public void tell(BiConsumer<String, BreakerStatus> listener) {
        changes = listener;
    }

    /**
     * From now on, {@code listener} is told of each deployment that has said that it takes no request for a while.
     *
     * @param listener takes the deployment's id and how many seconds; must not block
     */
    public void tellOthers(ObjLongConsumer<String> listener) {
        hints = listener;
    }

    /**
     * A deployment has said to another gateway that it takes no request for so many seconds: it is left alone, as if it
     * had said so here. Not for longer than {@code gateway.breaker.max-open}. One that is not known here is passed
     * over.
     */
    public void saidElsewhere(String deployment, long seconds) {
        for (String key : new String[] {deployment, deployment + COUNTING}) {
            Cooldown cooldown = byId.get(key);
            if (cooldown != null) {
                cooldown.saidElsewhere(seconds);
            }
        }
    }

    private static String key(Deployment deployment, CooldownRules rules) {
        return deployment.id() + (rules.counting() ? COUNTING : "");
    }

    /**
     * Takes over what a generation says of {@code deployment}, from when on it serves.
     *
     * @param probing how it is asked whether it is there
     */
    public void follow(Deployment deployment, CooldownRules rules, Cooldown.Probing probing) {
        of(deployment, rules).follow(rules, deployment.cooldownMs().orElse(rules.cooldownMs().orElse(openMs)), probing);
    }

    /** Forgets the breakers of all other deployments. */
    public void keepOnly(Collection<Deployment> deployments, CooldownRules rules) {
        byId.keySet().retainAll(deployments.stream().map(deployment -> key(deployment, rules))
                .collect(Collectors.toSet()));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
