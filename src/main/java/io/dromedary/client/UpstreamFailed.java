package io.dromedary.client;

import java.util.OptionalLong;
import java.util.Set;

import io.dromedary.model.Need;

/**
 * A deployment did not answer as it should. Carries what the client is told when no other deployment does better. The
 * message is fit for clients: no address, no key.
 */
public final class UpstreamFailed extends Ending {

    private final FailureKind kind;
    private final int status;
    private final String type;
    private final String code;
    private final String param;
    private final boolean counts;
    private final OptionalLong retryAfterSeconds;
    private final Set<Need> refused;

    /** One that the gateway found out by itself. */
    public UpstreamFailed(FailureKind kind, String message) {
        this(kind, message, OptionalLong.empty());
    }

    /**
     * One that the gateway found out by itself.
     *
     * @param retryAfterSeconds when to come again, in seconds
     */
    public UpstreamFailed(FailureKind kind, String message, OptionalLong retryAfterSeconds) {
        this(kind, kind.status(), kind.type(), kind.code(), null, message, kind.counts(), retryAfterSeconds, Set.of());
    }

    private UpstreamFailed(FailureKind kind, int status, String type, String code, String param, String message,
            boolean counts, OptionalLong retryAfterSeconds, Set<Need> refused) {
        super(message);
        this.kind = kind;
        this.status = status;
        this.type = type == null ? ApiError.typeOf(status) : type;
        this.code = code == null ? codeOf(status) : code;
        this.param = param;
        this.counts = counts;
        this.retryAfterSeconds = retryAfterSeconds;
        this.refused = refused;
    }

    /**
     * One that the upstream has told. A status, type or code in the kind's row goes before the upstream's.
     *
     * @param status            the status that the client gets if this is the last attempt
     * @param type              OpenAI's {@code type} as the upstream has it, or null
     * @param code              OpenAI's {@code code} as the upstream has it, or null
     * @param param             the field of the request that is meant, or null
     * @param message           what happened, in words for the client
     * @param retryAfterSeconds what the upstream said of when to come again
     */
    public static UpstreamFailed told(FailureKind kind, int status, String type, String code, String param,
            String message, OptionalLong retryAfterSeconds) {
        return new UpstreamFailed(kind, kind.status() == 0 ? status : kind.status(),
                kind.type() == null ? type : kind.type(), kind.code() == null ? code : kind.code(), param, message,
                kind.counts(), retryAfterSeconds, Set.of());
    }

    /** The same, which says that the deployment cannot do this. */
    public UpstreamFailed refusing(Set<Need> needs) {
        return new UpstreamFailed(kind, status, type, code, param, getMessage(), counts, retryAfterSeconds, needs);
    }

    /** 502: what came is no answer. */
    public static UpstreamFailed unreadable(String message) {
        return new UpstreamFailed(FailureKind.UNREADABLE, message);
    }

    /**
     * 502: the model has written a call of a tool that cannot be told. A prompt can make any model do so: another
     * deployment is asked, and no breaker counts it.
     */
    public static UpstreamFailed badCall(String message) {
        FailureKind kind = FailureKind.UNREADABLE;
        return new UpstreamFailed(kind, kind.status(), kind.type(), kind.code(), null, message, false,
                OptionalLong.empty(), Set.of());
    }

    private static String codeOf(int status) {
        return switch (status) {
            case 429 -> "rate_limit_exceeded";
            case 502 -> "upstream_unavailable";
            case 504 -> "upstream_timeout";
            default -> String.valueOf(status);
        };
    }

    /** Of which kind it is. */
    public FailureKind kind() {
        return kind;
    }

    /** The status for the client. */
    public int status() {
        return status;
    }

    /** OpenAI's {@code type}. */
    public String type() {
        return type;
    }

    /** OpenAI's {@code code}. */
    public String code() {
        return code;
    }

    /** The field of the request that is meant, or null. */
    public String param() {
        return param;
    }

    @Override
    public boolean counts() {
        return counts;
    }

    /** Whether asking the same deployment again may help. */
    public boolean retryable() {
        return kind.retryable();
    }

    /** What the upstream said that it cannot do, of what the request asks for; empty where that is not clear. */
    public Set<Need> refused() {
        return refused;
    }

    /** What the upstream said of when to come again, in seconds. */
    public OptionalLong retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
