package io.dromedary.observe.metrics;

import io.dromedary.client.FailureKind;

/** LiteLLM's {@code exception_class}. */
final class ExceptionLabels {

    private ExceptionLabels() {
    }

    /** The class for an attempt's failure. */
    static String of(FailureKind kind) {
        if (kind == null) {
            return MetricLabels.NONE;
        }
        // The retry policy's name for it is another than the exception's.
        return kind.liteLlmName().equals("TimeoutError") ? "Timeout" : kind.liteLlmName();
    }

    /** The class for an error that no deployment gave, by the status that the client was told. */
    static String of(int status) {
        return switch (status) {
            case 401 -> "AuthenticationError";
            case 403 -> "PermissionDeniedError";
            case 404 -> "NotFoundError";
            case 408, 504 -> "Timeout";
            case 429 -> "RateLimitError";
            case 503 -> "ServiceUnavailableError";
            default -> status >= 500 ? "InternalServerError" : status >= 400 ? "BadRequestError" : "APIError";
        };
    }
}
