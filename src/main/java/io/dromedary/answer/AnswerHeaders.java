package io.dromedary.answer;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestRun;
import io.dromedary.cache.CacheUse;
import io.dromedary.client.ClientCall;
import io.dromedary.ledger.Decision;
import io.dromedary.model.Prices;
import io.dromedary.quota.LimitHeaders;
import io.dromedary.quota.RequestQuota;
import io.dromedary.settings.GatewayVersion;

/**
 * The response headers that tell how an answer came about, under LiteLLM's names where they mean the same. The one
 * place where an answer's headers are set.
 */
public final class AnswerHeaders {

    /** For 48 headers: those of a key with limits are more than 30, and a map that grows makes its table anew. */
    private static final int ROOM = 64;

    private AnswerHeaders() {
    }

    /** Those of any answer, errors too. */
    public static Map<String, String> of(ClientCall call, RequestRun run, AnswerPolicy policy) {
        Map<String, String> headers = new LinkedHashMap<>(ROOM);
        headers.put("x-litellm-call-id", call.id());
        // Where OpenAI's clients look for it.
        headers.put("x-request-id", call.id());
        headers.put("x-litellm-version", GatewayVersion.get());
        headers.putAll(call.form().headers(call.id()));
        if (policy.cors()) {
            headers.put("Access-Control-Allow-Origin", "*");
        }
        Decision quota = RequestQuota.of(call.request());
        if (quota != null) {
            LimitHeaders.add(headers, quota);
        }
        if (run != null) {
            ofAttempts(headers, run, policy);
        }
        return headers;
    }

    private static void ofAttempts(Map<String, String> headers, RequestRun run, AnswerPolicy policy) {
        Attempt last = run.current();
        if (last != null) {
            headers.put("x-litellm-model-id", HeaderText.of(last.deployment().id()));
            headers.put("x-litellm-model-group", HeaderText.of(last.hop().model()));
            headers.put("x-litellm-attempted-fallbacks", String.valueOf(last.hop().fallback()));
            headers.put("x-litellm-attempted-retries", String.valueOf(run.retries()));
            headers.put("x-dromedary-attempts", String.valueOf(run.made()));
            if (policy.tellApiBase()) {
                headers.put("x-litellm-model-api-base", last.deployment().baseUrl());
            }
        }
        if (run.affinity() != null) {
            headers.put("x-litellm-affinity", run.affinity());
        }
        run.cacheUse().ifPresent(use -> ofCache(headers, use));
        if (!run.dropped().isEmpty()) {
            headers.put("x-dromedary-dropped-params", HeaderText.of(String.join(", ", run.dropped())));
        }
    }

    /** LiteLLM's words for it, and how old the answer is, in seconds (RFC 9111, 5.1). It costs nothing once more. */
    private static void ofCache(Map<String, String> headers, CacheUse use) {
        headers.put("x-litellm-cache-key", use.key());
        headers.put("x-litellm-cache-hit", use.hit().isPresent() ? "True" : "False");
        use.hit().ifPresent(hit -> {
            headers.put("Age", String.valueOf(hit.ageMs() / 1000));
            headers.put("x-litellm-response-cost", "0");
        });
    }

    /** Adds how long the answer took, in ms: for an answer that is sent whole. */
    public static Map<String, String> timed(Map<String, String> headers, ClientCall call) {
        headers.put("x-litellm-response-duration-ms", String.valueOf(call.elapsedMs()));
        return headers;
    }

    /**
     * Adds what a whole answer has cost, in USD, where the upstream has said it in tokens: a client takes the figure
     * for exact.
     */
    public static void addCost(Map<String, String> headers, Attempt attempt) {
        BigDecimal cost = attempt.cost();
        if (cost != null && !attempt.usage().estimated()) {
            headers.put("x-litellm-response-cost", Prices.text(cost));
        }
    }

    /** Adds the type of an answer, which may be the upstream's own word for it. */
    public static void addType(Map<String, String> headers, String type) {
        headers.put("Content-Type", HeaderText.of(type));
    }

    /** Adds what a stream has: its type, and that nobody on the way may keep or collect it. */
    public static void addStream(Map<String, String> headers, String type) {
        headers.put("Content-Type", type);
        headers.put("Cache-Control", "no-cache");
        headers.put("X-Accel-Buffering", "no");
    }

    /**
     * Adds those of the upstream's own headers that the client may see. Where the client's key has limits of its own,
     * the upstream's stand beside them under LiteLLM's prefix.
     */
    public static void addUpstream(Map<String, String> headers, Map<String, Object> upstream, AnswerPolicy policy) {
        boolean limited = LimitHeaders.areIn(headers);
        upstream.forEach((name, value) -> {
            if (policy.passes(name) && value != null && HeaderText.isName(name)) {
                headers.put(limited && LimitHeaders.isOne(name) ? "llm_provider-" + name : name,
                        HeaderText.of(value.toString()));
            }
        });
    }
}
