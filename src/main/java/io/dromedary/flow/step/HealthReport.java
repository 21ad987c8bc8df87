package io.dromedary.flow.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.camel.Exchange;

import io.dromedary.client.ApiError;
import io.dromedary.client.ClientCall;
import io.dromedary.client.ClientKey;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.model.Deployment;

/**
 * {@code GET /health} in LiteLLM's shape: each deployment as healthy or not, from its breaker and a probe that spends
 * no token. All are probed at once; after {@code gateway.health.timeout} ms an upstream that is silent counts as
 * unhealthy. LiteLLM bills a chat call per deployment here. Where hedging is on, also how many second attempts there
 * were.
 */
public final class HealthReport extends GatewayStep {

    @Override
    public void process(Exchange exchange) throws InterruptedException {
        ClientKey.requireMaster(ExchangeProperties.call(exchange).request());
        ClientCall call = ExchangeProperties.call(exchange);
        List<Deployment> asked = asked(call.request().getParam("model"), call.request().getParam("model_id"));
        List<Object> healthy = new ArrayList<>();
        List<Object> unhealthy = new ArrayList<>();
        Map<Deployment, String> problems = probe(asked);
        for (Deployment deployment : asked) {
            String problem = problems.get(deployment);
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("model", deployment.rawModel());
            entry.put("model_name", deployment.group());
            entry.put("model_id", deployment.id());
            if (gateway().answers().tellApiBase()) {
                entry.put("api_base", deployment.baseUrl());
            }
            learned(entry, deployment);
            if (problem == null) {
                healthy.add(entry);
            } else {
                entry.put("error", problem);
                unhealthy.add(entry);
            }
        }
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("healthy_endpoints", healthy);
        report.put("unhealthy_endpoints", unhealthy);
        report.put("healthy_count", healthy.size());
        report.put("unhealthy_count", unhealthy.size());
        if (!gateway().config().hedgeAfterMs().isEmpty()) {
            report.put("hedges", Map.of("asked", gateway().hedging().asked(), "won", gateway().hedging().won()));
        }
        exchange.getMessage().setBody(report);
    }

    /**
     * Which parameters the deployment was found not to take at which endpoint, and under which names it takes others;
     * behind a wildcard, also for which model. And what requests ask for that it was found not to do.
     */
    private void learned(Map<String, Object> entry, Deployment deployment) {
        Map<String, String> changes = new LinkedHashMap<>();
        gateway().learnedDrops().of(deployment).forEach((call, learned) -> {
            String at = call.path() + (deployment.upstreamModel().contains("*") ? " for " + call.model() : "");
            learned.forEach(change -> changes.merge(change.name(),
                    (change.drops() ? "left out of " : "sent as " + change.renamedTo() + " to ") + at,
                    (before, also) -> before + ", " + also));
        });
        if (!changes.isEmpty()) {
            entry.put("learned_parameters", changes);
        }
        List<String> refused = gateway().refusals().of(deployment);
        if (!refused.isEmpty()) {
            entry.put("learned_refusals", refused);
        }
    }

    private List<Deployment> asked(String model, String id) {
        List<Deployment> all = List.copyOf(gateway().catalogue().deployments());
        if (id != null) {
            return List.of(gateway().catalogue().byId(id).orElseThrow(() -> ApiError.of(404, "invalid_request_error",
                    "model_not_found", "model_id", "Model with that ID not found")));
        }
        if (model == null) {
            return all;
        }
        List<Deployment> byRawModel = all.stream().filter(deployment -> deployment.rawModel().equals(model)).toList();
        return byRawModel.isEmpty() ? gateway().catalogue().serving(model) : byRawModel;
    }

    private Map<Deployment, String> probe(List<Deployment> asked) throws InterruptedException {
        long timeoutMs = gateway().limits().healthMs();
        ExecutorService threads = getCamelContext().getExecutorServiceManager()
                .newCachedThreadPool(this, "health-probe");
        Map<Deployment, String> problems = new LinkedHashMap<>();
        try {
            Map<Deployment, Future<String>> running = new LinkedHashMap<>();
            for (Deployment deployment : asked) {
                if (gateway().cooldownOf(deployment).open()) {
                    problems.put(deployment, "cooling down after failures");
                } else {
                    running.put(deployment, threads.submit(() -> gateway().probe(deployment)));
                }
            }
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
            for (Map.Entry<Deployment, Future<String>> entry : running.entrySet()) {
                problems.put(entry.getKey(), result(entry.getValue(), end - System.nanoTime()));
            }
        } finally {
            getCamelContext().getExecutorServiceManager().shutdownNow(threads);
        }
        return problems;
    }

    private static String result(Future<String> probe, long nanos) throws InterruptedException {
        try {
            return probe.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return "no answer in time";
        } catch (ExecutionException e) {
            return "not reachable";
        }
    }
}
