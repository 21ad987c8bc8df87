package io.dromedary.operator;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;

import io.dromedary.balance.DeploymentLoad;
import io.dromedary.breaker.Cooldown;
import io.dromedary.model.Deployment;
import io.dromedary.observe.metrics.DeploymentLabels;
import io.dromedary.observe.metrics.MeterBook;
import io.dromedary.observe.metrics.MetricLabels;

/** What the gateway knows of each deployment, read when the metrics are: those of the generation that serves. */
final class DeploymentGauges {

    private static final String[] LITELLM = DeploymentLabels.liteLlmNames();
    private static final String[] OWN = {"deployment", "group"};
    private static final int TOO_MANY = 429;

    private final MeterBook book;
    private final GatewaySources of;

    private DeploymentGauges(MeterBook book, GatewaySources of) {
        this.book = book;
        this.of = of;
    }

    static void register(MeterBook book, GatewaySources of) {
        DeploymentGauges gauges = new DeploymentGauges(book, of);
        gauges.breakers();
        gauges.loads();
        gauges.limits();
        gauges.pools();
    }

    private void breakers() {
        liteLlm("litellm_deployment_state", "0 healthy, 1 tried again, 2 left alone", deployment -> {
            Cooldown cooldown = cooldown(deployment);
            return cooldown.open() ? 2 : cooldown.breaker().getState() == State.HALF_OPEN ? 1 : 0;
        });
        book.gauge("dromedary_breaker_state", "1 for the state that the deployment's breaker is in", tell ->
                each(deployment -> {
                    String now = state(cooldown(deployment));
                    for (String state : new String[] {"closed", "open", "half_open", "disabled"}) {
                        tell.accept(state.equals(now) ? 1.0 : 0.0,
                                new String[] {deployment.id(), deployment.group(), state});
                    }
                }), "deployment", "group", "state");
        book.counted("dromedary_breaker_opened", "How often the breaker was opened: by failures, or too many requests",
                tell -> each(deployment -> {
                    Map<String, Double> counts = new HashMap<>(Map.of("failures", 0.0, "rate_limited", 0.0));
                    cooldown(deployment).readOpened((status, count) -> counts.merge(status == TOO_MANY
                            ? "rate_limited" : "failures", (double) count, Double::sum));
                    counts.forEach((reason, count) -> tell.accept(count,
                            new String[] {deployment.id(), deployment.group(), reason}));
                }), "deployment", "group", "reason");
        book.counted("litellm_deployment_cooled_down",
                "How often the deployment was left alone, and after which status",
                tell -> each(deployment -> cooldown(deployment).readOpened((status, count) ->
                tell.accept((double) count, MetricLabels.with(liteLlm(deployment), String.valueOf(status))))),
                MetricLabels.with(LITELLM, "exception_status"));
    }

    private void loads() {
        own("dromedary_deployment_in_flight", "Requests in flight there", deployment -> load(deployment).inFlight());
        own("dromedary_deployment_requests_this_minute", "Requests to it in the last minute",
                deployment -> load(deployment).requestsThisMinute());
        own("dromedary_deployment_tokens_this_minute", "Tokens that it has used in the last minute",
                deployment -> load(deployment).tokensThisMinute());
        for (String suffix : new String[] {"_metric", ""}) {
            remaining("litellm_remaining_requests" + suffix, "Requests that the upstream still takes, as it said last",
                    DeploymentLoad::requestsLeft);
            remaining("litellm_remaining_tokens" + suffix, "Tokens that the upstream still takes, as it said last",
                    DeploymentLoad::tokensLeft);
        }
    }

    private void remaining(String name, String help, ToDoubleFunction<DeploymentLoad> value) {
        book.gauge(name, help, tell -> each(deployment -> {
            double left = value.applyAsDouble(load(deployment));
            if (left >= 0) {
                tell.accept(left, MetricLabels.with(liteLlm(deployment), deployment.group()));
            }
        }), MetricLabels.with(LITELLM, "model_group"));
    }

    private void limits() {
        limit("litellm_deployment_rpm_limit", "rpm, as configured", deployment -> deployment.share().rpm());
        limit("litellm_deployment_tpm_limit", "tpm, as configured", deployment -> deployment.share().tpm());
    }

    private void limit(String name, String help, ToDoubleFunction<Deployment> value) {
        book.gauge(name, help, tell -> each(deployment -> {
            if (value.applyAsDouble(deployment) > 0) {
                tell.accept(value.applyAsDouble(deployment), liteLlm(deployment));
            }
        }), LITELLM);
    }

    private void pools() {
        book.gauge("dromedary_upstream_connections", "Connections to the deployment: busy with a call, or idle",
                tell -> {
                    Map<String, int[]> byId = new HashMap<>();
                    of.shared().pools().each((id, pool) -> {
                        int[] sums = byId.computeIfAbsent(id, first -> new int[2]);
                        sums[0] += pool.busy();
                        sums[1] += pool.idle();
                    });
                    each(deployment -> {
                        int[] sums = byId.getOrDefault(deployment.id(), new int[2]);
                        tell.accept((double) sums[0], new String[] {deployment.id(), deployment.group(), "busy"});
                        tell.accept((double) sums[1], new String[] {deployment.id(), deployment.group(), "idle"});
                    });
                }, "deployment", "group", "state");
    }

    private void liteLlm(String name, String help, ToDoubleFunction<Deployment> value) {
        gauge(name, help, value, this::liteLlm, LITELLM);
    }

    private void own(String name, String help, ToDoubleFunction<Deployment> value) {
        gauge(name, help, value, deployment -> new String[] {deployment.id(), deployment.group()}, OWN);
    }

    private void gauge(String name, String help, ToDoubleFunction<Deployment> value,
            Function<Deployment, String[]> values, String[] labels) {
        book.gauge(name, help, tell -> each(deployment ->
                tell.accept(value.applyAsDouble(deployment), values.apply(deployment))), labels);
    }

    private void each(Consumer<Deployment> reader) {
        of.active().get().catalogue().deployments().forEach(reader);
    }

    private Cooldown cooldown(Deployment deployment) {
        return of.active().get().cooldownOf(deployment);
    }

    private DeploymentLoad load(Deployment deployment) {
        return of.shared().loads().of(deployment);
    }

    private String[] liteLlm(Deployment deployment) {
        return DeploymentLabels.of(deployment, of.active().get().answers().tellApiBase()).liteLlm();
    }

    private static String state(Cooldown cooldown) {
        return cooldown.open() ? "open" : cooldown.breaker().getState().name().toLowerCase(Locale.ROOT);
    }
}
