package io.dromedary.observe.trace;

/**
 * The attributes of spans, all in one place: OpenTelemetry's conventions for generative AI are still being developed
 * and rename them. Those that begin with {@code dromedary} are the gateway's own.
 */
public enum SpanField {

    METHOD("http.request.method", On.REQUEST, "the method; `_OTHER` for one that HTTP does not name"),
    ROUTE("http.route", On.REQUEST, "the path, without a model's name in it"),
    PATH("url.path", On.REQUEST, "the path as the client wrote it, without its query"),
    STATUS("http.response.status_code", On.BOTH, "the status that the client has; of an attempt, that of the upstream "
            + "where it is known"),
    ERROR("error.type", On.BOTH, "of a request: the code of its error, else its status, `client_gone` where the "
            + "client left; of an attempt: the kind of failure, `cancelled` where another one was faster or the "
            + "request ended"),
    OPERATION("gen_ai.operation.name", On.BOTH, "`chat`, `text_completion`, `embeddings`; for others, the operation of "
            + "the endpoint"),
    MODEL("gen_ai.request.model", On.BOTH, "the model that the client asked for; of an attempt, its name upstream"),
    STREAM("gen_ai.request.stream", On.BOTH, "true where a stream was asked for"),
    PROVIDER("gen_ai.provider.name", On.ATTEMPT, "what stands in front of the slash in `litellm_params.model`"),
    INPUT("gen_ai.usage.input_tokens", On.ATTEMPT, "tokens of the prompt"),
    OUTPUT("gen_ai.usage.output_tokens", On.ATTEMPT, "tokens that were generated"),
    CACHED("gen_ai.usage.cache_read.input_tokens", On.ATTEMPT, "of the prompt, those from a cache"),
    WRITTEN("gen_ai.usage.cache_creation.input_tokens", On.ATTEMPT, "of the prompt, those written to a cache"),
    REASONING("gen_ai.usage.reasoning.output_tokens", On.ATTEMPT, "of those generated, those of reasoning"),
    FIRST_CONTENT("gen_ai.response.time_to_first_chunk", On.ATTEMPT, "seconds to the first content of a stream"),
    ADDRESS("server.address", On.ATTEMPT, "the upstream's host"),
    PORT("server.port", On.ATTEMPT, "the upstream's port"),
    CALL("dromedary.call_id", On.REQUEST, "what `x-litellm-call-id` tells"),
    KEY("dromedary.key", On.REQUEST, "the alias of the key"),
    ATTEMPTS("dromedary.attempts", On.REQUEST, "how many deployments were asked"),
    FALLBACK("dromedary.fallbacks", On.REQUEST, "which fallback has answered, or was asked last; 0 for the group that "
            + "was asked for"),
    OVERHEAD("dromedary.overhead", On.REQUEST, "seconds in which its body had come and no deployment was at work"),
    COST("dromedary.cost", On.REQUEST, "USD, as text; not there where it is not known"),
    DEPLOYMENT("dromedary.deployment", On.BOTH, "the id of the deployment; of a request, that which has answered, or "
            + "was asked last"),
    GROUP("dromedary.group", On.ATTEMPT, "the group for which it was asked"),
    CHOICE("dromedary.choice", On.ATTEMPT, "why it was chosen: `first`, `next`, `retry`, `fallback`, `hedge`"),
    ESTIMATED("dromedary.usage.estimated", On.ATTEMPT, "true where the tokens are estimated");

    /** Which spans have it. */
    enum On {
        REQUEST, ATTEMPT, BOTH
    }

    private final String key;
    private final On on;
    private final String meaning;

    SpanField(String key, On on, String meaning) {
        this.key = key;
        this.on = on;
        this.meaning = meaning;
    }

    /** Its name in a span. */
    public String key() {
        return key;
    }

    /** Whether the span of a request has it. */
    public boolean ofRequest() {
        return on != On.ATTEMPT;
    }

    /** Whether the span of an attempt has it. */
    public boolean ofAttempt() {
        return on != On.REQUEST;
    }

    /** What it says, for the page about it. */
    public String meaning() {
        return meaning;
    }
}
