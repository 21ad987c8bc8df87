package io.dromedary.client;

/**
 * The kinds of failure of an attempt, and what each means: one row a kind. The rows of the table in docs/failover.md
 * are these.
 */
public enum FailureKind {
    /** No connection: refused, no route, no such host, no TLS. To ask again at once would find nobody again. */
    UNREACHABLE(502, "server_error", "upstream_unavailable", LiteLlm.SERVER, true, false, Fault.UPSTREAM,
            Outcome.FAILED),
    /** The connection broke off. */
    BROKEN_OFF(502, "server_error", "upstream_unavailable", LiteLlm.SERVER, true, true, Fault.UPSTREAM, Outcome.FAILED),
    /** What came is not the answer that was asked for. */
    UNREADABLE(502, "server_error", "upstream_unavailable", LiteLlm.SERVER, true, true, Fault.UPSTREAM, Outcome.FAILED),
    /** A clock of the gateway expired. */
    TIMEOUT(504, "server_error", "upstream_timeout", LiteLlm.TIMEOUT, true, true, Fault.UPSTREAM, Outcome.FAILED),
    /** A clock expired that the request itself set, shorter than the deployment's own. */
    OWN_CLOCK(504, "server_error", "upstream_timeout", LiteLlm.TIMEOUT, false, true, Fault.CLIENT, Outcome.FAILED),
    /**
     * A stream that has had content was silent for too long: servers are, while they think or hold back a tool's
     * arguments.
     */
    SILENT(504, "server_error", "upstream_timeout", LiteLlm.TIMEOUT, false, false, Fault.GATEWAY, Outcome.FAILED),
    /** The clock over the whole request expired: whoever is asked then has not had all of its time. */
    OUT_OF_TIME(504, "server_error", "request_timeout", LiteLlm.TIMEOUT, false, false, Fault.GATEWAY, Outcome.FAILED),
    /** The upstream says 408. */
    TIMEOUT_TOLD(0, null, null, LiteLlm.TIMEOUT, true, true, Fault.UPSTREAM, Outcome.FAILED),
    /** The upstream says 429. */
    RATE_LIMITED(0, null, null, LiteLlm.RATE, true, true, Fault.UPSTREAM, Outcome.FAILED),
    /** The upstream says that one of its end users, whom the request names, has reached a limit. */
    USER_LIMITED(0, null, null, LiteLlm.RATE, false, false, Fault.CLIENT, Outcome.FAILED),
    /** The request alone asks for more than the account may have: tokens per minute, or credit. */
    OVER_ALLOWANCE(0, null, null, LiteLlm.RATE, false, false, Fault.REQUEST, Outcome.FAILED),
    /** The upstream says 409 or 5xx. */
    SERVER_ERROR(0, null, null, LiteLlm.SERVER, true, true, Fault.UPSTREAM, Outcome.FAILED),
    /** The upstream says something else that is no success. */
    UNEXPECTED_STATUS(0, null, null, LiteLlm.SERVER, true, false, Fault.UPSTREAM, Outcome.FAILED),
    /** The upstream says 401. */
    KEY_REFUSED(0, null, null, LiteLlm.KEY, true, false, Fault.DEPLOYMENT, Outcome.FAILED),
    /** The upstream says 402. */
    PAYMENT_REQUIRED(0, null, null, LiteLlm.SERVER, true, false, Fault.DEPLOYMENT, Outcome.FAILED),
    /** The upstream says 403. */
    NOT_PERMITTED(0, null, null, LiteLlm.KEY, true, false, Fault.DEPLOYMENT, Outcome.FAILED),
    /** The upstream does not know the model that the configuration names. */
    MODEL_UNKNOWN(0, null, null, LiteLlm.SERVER, true, false, Fault.DEPLOYMENT, Outcome.FAILED),
    /** The upstream does not know the model whose name the client has filled into a wildcard. */
    NAME_UNKNOWN(0, null, null, LiteLlm.SERVER, false, false, Fault.CLIENT, Outcome.FAILED),
    /** The upstream says 404 and names no model. */
    NOT_FOUND(0, null, null, LiteLlm.SERVER, false, false, Fault.DEPLOYMENT, Outcome.FAILED),
    /** The upstream is well and cannot do what this request asks for; another one may. */
    INCAPABLE(0, null, null, LiteLlm.REQUEST, false, false, Fault.REQUEST, Outcome.FAILED),
    /** The prompt does not fit into the model's context. */
    TOO_LONG(0, null, "context_length_exceeded", LiteLlm.REQUEST, false, false, Fault.REQUEST, Outcome.TOO_LONG),
    /** The provider does not want to answer such a prompt. */
    REFUSED_BY_POLICY(0, null, null, LiteLlm.POLICY, false, false, Fault.REQUEST, Outcome.REFUSED_BY_POLICY),
    /** The request is wrong wherever it is sent. */
    CLIENT_MISTAKE(0, null, null, LiteLlm.REQUEST, false, false, Fault.CLIENT, Outcome.CLIENT_MISTAKE),
    /** The deployment's breaker is open after failures: it was not asked. */
    COOLING_DOWN(503, "server_error", "deployment_cooling_down", LiteLlm.SERVER, false, false, Fault.UPSTREAM,
            Outcome.FAILED),
    /** The deployment's breaker is open after too many requests: it was not asked. */
    COOLING_DOWN_RATE_LIMITED(429, "rate_limit_error", "rate_limit_exceeded", LiteLlm.RATE, false, false,
            Fault.UPSTREAM,
            Outcome.FAILED),
    /** The deployment serves as many requests as it may: it was not asked. */
    BUSY(503, "server_error", "deployment_busy", LiteLlm.SERVER, false, false, Fault.GATEWAY, Outcome.FAILED),
    /** A limit of the deployment's (rpm, tpm, a budget) is used up: it was not asked. */
    LIMIT_REACHED(429, "rate_limit_error", "rate_limit_exceeded", LiteLlm.RATE, false, false, Fault.GATEWAY,
            Outcome.FAILED),
    /** An event of a stream for which the gateway has no memory left. */
    GATEWAY_FULL(503, "server_error", "gateway_busy", LiteLlm.SERVER, false, false, Fault.GATEWAY, Outcome.FAILED),
    /** The gateway ends, and the request with it. */
    GATEWAY_ENDS(503, "server_error", "gateway_ending", LiteLlm.SERVER, false, false, Fault.GATEWAY, Outcome.FAILED);

    /** Whose fault a failure is. */
    public enum Fault {
        /** The server, or the way to it. */
        UPSTREAM,
        /** What the configuration says of the deployment: its key, its credit, its model's name. */
        DEPLOYMENT,
        /** What this one request asks of this one deployment. */
        REQUEST,
        /** The client's request, wherever it is sent. */
        CLIENT,
        /** The gateway's own limits, or its end. */
        GATEWAY
    }

    /** The words of the exchange property {@code outcome}, by which routes decide what happens next. */
    public static final class Outcome {

        /** A whole answer has come. */
        public static final String ANSWER = "answer";
        /** A stream has begun. */
        public static final String STREAM = "stream";
        /** The upstream does not support a parameter that can be left out. */
        public static final String PARAMETER_UNSUPPORTED = "parameter-unsupported";
        /** The request is wrong wherever it is sent. */
        public static final String CLIENT_MISTAKE = "client-mistake";
        /** The prompt does not fit into the model's context. */
        public static final String TOO_LONG = "too-long";
        /** The provider does not want to answer such a prompt. */
        public static final String REFUSED_BY_POLICY = "refused-by-policy";
        /** Anything else. */
        public static final String FAILED = "failed";

        private Outcome() {
        }
    }

    /** The names of LiteLLM's exceptions, by which its settings count retries and failures. */
    private static final class LiteLlm {

        private static final String SERVER = "InternalServerError";
        private static final String TIMEOUT = "TimeoutError";
        private static final String RATE = "RateLimitError";
        private static final String KEY = "AuthenticationError";
        private static final String REQUEST = "BadRequestError";
        private static final String POLICY = "ContentPolicyViolationError";
    }

    private final int status;
    private final String type;
    private final String code;
    private final String liteLlmName;
    private final boolean counts;
    private final boolean retryable;
    private final Fault fault;
    private final String outcome;

    FailureKind(int status, String type, String code, String liteLlmName, boolean counts, boolean retryable,
            Fault fault,
            String outcome) {
        this.status = status;
        this.type = type;
        this.code = code;
        this.liteLlmName = liteLlmName;
        this.counts = counts;
        this.retryable = retryable;
        this.fault = fault;
        this.outcome = outcome;
    }

    /** The kind that an upstream's error status is, where nothing else is known of the error. */
    public static FailureKind ofStatus(int status) {
        return switch (status) {
            case 400, 413, 415, 422, 451 -> CLIENT_MISTAKE;
            case 401 -> KEY_REFUSED;
            case 402 -> PAYMENT_REQUIRED;
            case 403 -> NOT_PERMITTED;
            case 404 -> NOT_FOUND;
            case 408 -> TIMEOUT_TOLD;
            case 409 -> SERVER_ERROR;
            case 429 -> RATE_LIMITED;
            case 501 -> INCAPABLE;
            default -> status >= 500 ? SERVER_ERROR : UNEXPECTED_STATUS;
        };
    }

    /** The status for the client if this is the last attempt; 0 for the upstream's own. */
    public int status() {
        return status;
    }

    /** OpenAI's {@code type}; null for the upstream's own, else that of the status. */
    public String type() {
        return type;
    }

    /** OpenAI's {@code code}; null for the upstream's own, else that of the status. */
    public String code() {
        return code;
    }

    /** The name of LiteLLM's exception, as in {@code retry_policy} and {@code allowed_fails_policy}. */
    public String liteLlmName() {
        return liteLlmName;
    }

    /** Whether a circuit breaker counts it. */
    public boolean counts() {
        return counts;
    }

    /** Whether asking the same deployment again may help. */
    public boolean retryable() {
        return retryable;
    }

    /** Whose fault it is. */
    public Fault fault() {
        return fault;
    }

    /** The word of the exchange property {@code outcome}. */
    public String outcome() {
        return outcome;
    }
}
