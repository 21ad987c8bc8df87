package io.dromedary.client;

import java.util.OptionalLong;

/**
 * An answer that is an error, in OpenAI's terms. Any step may throw it; the error routes turn it into the envelope. The
 * message is read by the client: no address, no key, no class name goes in.
 */
public final class ApiError extends Ending {

    /** The type and code of an answer to a key whose budget is spent; OpenAI's clients do not ask again after it. */
    public static final String NO_QUOTA = "insufficient_quota";

    private final int status;
    private final String type;
    private final String code;
    private final String param;
    private final OptionalLong retryAfterSeconds;

    private ApiError(int status, String type, String code, String param, String message,
            OptionalLong retryAfterSeconds) {
        super(message);
        this.status = status;
        this.type = type;
        this.code = code;
        this.param = param;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** Any error. {@code param} may be null; a null {@code code} becomes the status as text. */
    public static ApiError of(int status, String type, String code, String param, String message) {
        return new ApiError(status, type, code == null ? String.valueOf(status) : code, param, message,
                OptionalLong.empty());
    }

    /** 400: the request is wrong in {@code param}. */
    public static ApiError badRequest(String code, String param, String message) {
        return of(400, "invalid_request_error", code, param, message);
    }

    /** 401: no key, or not the right one. */
    public static ApiError unauthorized(String message) {
        return of(401, "invalid_request_error", "invalid_api_key", null, message);
    }

    /** 403: the key is right, and may not do that. {@code param} may be null. */
    public static ApiError forbidden(String code, String param, String message) {
        return of(403, "permission_error", code, param, message);
    }

    /** 403: what is told or done there is the operator's. */
    public static ApiError masterKeyNeeded() {
        return forbidden("master_key_needed", null, "This path needs the master key");
    }

    /** 403: the path is none that the key of that alias may ask. */
    public static ApiError notOfKey(String alias) {
        return forbidden("key_route_access_denied", null, "The key '" + alias + "' may not ask this path");
    }

    /** 404: nothing is at that path. */
    public static ApiError unknownPath(String method, String path) {
        if (path.startsWith("/v1/v1/")) {
            return of(404, "invalid_request_error", "unknown_url", null, "Unknown request URL: " + method + " " + path
                    + ". It has /v1 twice: leave /v1 off the base URL that the client was given");
        }
        return of(404, "invalid_request_error", "unknown_url", null, "Unknown request URL: " + method + " " + path
                + ". The gateway has /v1/chat/completions, /v1/messages, /v1/responses, /v1/completions,"
                + " /v1/embeddings, /v1/images, /v1/audio, /v1/rerank, /v1/moderations and /v1/models");
    }

    /** 405: the path is there, for another method. */
    public static ApiError methodNotAllowed(String method, String path) {
        return of(405, "invalid_request_error", "method_not_allowed", null,
                "Not allowed to " + method + " on " + path);
    }

    /** 413: the body is over the limit. */
    public static ApiError tooLarge(long limitBytes) {
        return of(413, "invalid_request_error", "request_too_large", null,
                "The request body is larger than " + limitBytes + " bytes");
    }

    /** 503: the gateway itself has no room; {@code retryAfterSeconds} tells when to come again. */
    public static ApiError busy(String message, long retryAfterSeconds) {
        return of(503, "server_error", "gateway_busy", null, message).retryAfter(retryAfterSeconds);
    }

    /** 503: the gateway is ending, and another one may take over. */
    public static ApiError ending() {
        return of(503, "server_error", "gateway_ending", null, "The gateway is ending. Ask again in a moment")
                .retryAfter(1);
    }

    /** The same error with a {@code Retry-After}, in seconds. */
    public ApiError retryAfter(long seconds) {
        return new ApiError(status, type, code, param, getMessage(), OptionalLong.of(seconds));
    }

    @Override
    public boolean counts() {
        return false;
    }

    /** OpenAI's {@code type} for an error of that status. */
    public static String typeOf(int status) {
        return status >= 500 ? "server_error" : status == 429 ? "rate_limit_error" : "invalid_request_error";
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** OpenAI's {@code type}. */
    public String type() {
        return type;
    }

    /** OpenAI's {@code code}, always a text. */
    public String code() {
        return code;
    }

    /** The field of the request that is meant, or null. */
    public String param() {
        return param;
    }

    /**
     * Whether the same request may be answered when it is sent again; OpenAI's and Anthropic's clients ask no more if
     * they are told so.
     */
    public boolean mendedByRetry() {
        return !code.equals(NO_QUOTA)
                && (status == 408 || status == 409 || status == 429 || status >= 500);
    }

    /** When to come again, in seconds. */
    public OptionalLong retryAfterSeconds() {
        return retryAfterSeconds;
    }

    /** The envelope: {@code {"error": {"message", "type", "param", "code"}}}. */
    public byte[] envelope() {
        return ErrorEnvelope.bytes(getMessage(), type, param, code);
    }
}
