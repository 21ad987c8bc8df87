package io.dromedary.observe.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;

/**
 * What is counted under LiteLLM's names, so that its dashboards go on working. Names and labels are those of its
 * documentation and of its public dashboards; histograms have no label of keys and paths,
 * which would multiply their buckets.
 */
final class LiteLlmMeters {

    private static final String[] CLIENT = {"requested_model", "api_key_alias", "hashed_api_key", "user", "team",
        "team_alias", "end_user"};
    private static final String[] DEPLOYMENT = DeploymentLabels.liteLlmNames();

    final Counter requests;
    final Counter failed;
    final Counter requestsOfModel;
    final Counter failedOfModel;
    final Counter inputTokens;
    final Counter outputTokens;
    final Counter totalTokens;
    final Counter cachedTokens;
    final Counter reasoningTokens;
    final Counter spend;
    final Histogram total;
    final Histogram api;
    final Histogram firstToken;
    final Histogram overhead;
    final Histogram overheadWithGuardrails;
    final Histogram queue;
    final Histogram perToken;
    final Counter asked;
    final Counter succeeded;
    final Counter failures;
    final Counter fallbacks;
    final Counter failedFallbacks;

    LiteLlmMeters(MeterBook book) {
        requests = book.counter("litellm_proxy_total_requests_metric", "Requests, those that were refused too",
                MetricLabels.with(CLIENT, "route", "status_code", "model_id", "api_provider"));
        failed = book.counter("litellm_proxy_failed_requests_metric",
                "Requests that ended with an error; not those whose client left",
                MetricLabels.with(CLIENT, "route", "exception_status", "exception_class", "model_id", "api_provider"));
        requestsOfModel = book.counter("litellm_requests_metric", "Requests for which a deployment was asked",
                MetricLabels.with(CLIENT, "model", "model_id"));
        failedOfModel = book.counter("litellm_llm_api_failed_requests_metric",
                "Requests for which a deployment was asked, and that failed",
                MetricLabels.with(CLIENT, "model", "model_id"));
        inputTokens = tokens(book, "litellm_input_tokens_metric", "Tokens of prompts");
        outputTokens = tokens(book, "litellm_output_tokens_metric", "Tokens that were generated");
        totalTokens = tokens(book, "litellm_total_tokens_metric", "Tokens of prompts and answers");
        cachedTokens = tokens(book, "litellm_input_cached_tokens_metric",
                "Tokens of prompts that upstreams read from a cache");
        reasoningTokens = tokens(book, "litellm_output_reasoning_tokens_metric", "Tokens of reasoning");
        spend = tokens(book, "litellm_spend_metric",
                "What requests have cost, in USD; nothing of those whose price is not configured");
        total = seconds(book, "litellm_request_total_latency_metric", "From a request's head to its answer's end");
        api = seconds(book, "litellm_llm_api_latency_metric", "From asking a deployment to its answer's end");
        firstToken = seconds(book, "litellm_llm_api_time_to_first_token_metric",
                "From asking a deployment to a stream's first content");
        queue = seconds(book, "litellm_request_queue_time_seconds",
                "From a request's head to asking the first deployment");
        perToken = seconds(book, "litellm_deployment_latency_per_output_token",
                "An attempt's time by the tokens that it generated");
        overhead = book.histogram("litellm_overhead_latency_metric",
                "Of a request's time, while no deployment had been asked or was at work", MeterBook.SHORT_SECONDS,
                MetricLabels.with(DEPLOYMENT, "model_group"));
        overheadWithGuardrails = book.histogram("litellm_overhead_with_guardrails_latency_metric",
                "The same: there are no guardrails beside the routes", MeterBook.SHORT_SECONDS,
                MetricLabels.with(DEPLOYMENT, "model_group"));
        asked = deployment(book, "litellm_deployment_total_requests", "Attempts that asked a deployment");
        succeeded = deployment(book, "litellm_deployment_success_responses", "Attempts that answered");
        failures = deployment(book, "litellm_deployment_failure_responses", "Attempts that failed",
                "exception_status", "exception_class");
        fallbacks = book.counter("litellm_deployment_successful_fallbacks",
                "Requests that another group answered; the labels tell why",
                MetricLabels.with(CLIENT, "fallback_model", "exception_status", "exception_class"));
        failedFallbacks = book.counter("litellm_deployment_failed_fallbacks",
                "Groups that were to stand in for another, and failed too",
                MetricLabels.with(CLIENT, "fallback_model", "exception_status", "exception_class"));
    }

    private static Counter tokens(MeterBook book, String name, String help) {
        return book.counter(name, help, MetricLabels.with(CLIENT, "model", "model_id"));
    }

    private static Histogram seconds(MeterBook book, String name, String help) {
        return book.histogram(name, help + ", in seconds", MeterBook.ANSWER_SECONDS,
                "requested_model", "model", "model_id", "api_provider");
    }

    private static Counter deployment(MeterBook book, String name, String help, String... more) {
        return book.counter(name, help, MetricLabels.with(MetricLabels.with(CLIENT, DEPLOYMENT), more));
    }

    /** The values of the labels of a client; what the gateway does not know of one has LiteLLM's word for it. */
    static String[] client(String requested, String key, String hash) {
        return new String[] {requested, key == null ? MetricLabels.NONE : key, hash, MetricLabels.NONE,
            MetricLabels.NONE, MetricLabels.NONE, MetricLabels.NONE};
    }
}
