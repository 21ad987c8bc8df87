package io.dromedary.upstream;

import java.util.OptionalLong;
import java.util.Set;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.AttemptFailed;
import io.dromedary.attempt.RequestRun;
import io.dromedary.client.ErrorEnvelope;
import io.dromedary.model.Deployment;

/**
 * Decides what an upstream's error means: the client's own mistake, which is its answer, or a reason to ask the next
 * deployment.
 */
public final class ErrorVerdict {

    /** The request is wrong wherever it is sent. */
    private static final Set<Integer> CLIENTS_OWN = Set.of(400, 413, 415, 422, 451);
    /** The deployment's key, credit or model name is wrong; its words are for the operator, not for the client. */
    private static final Set<Integer> DEPLOYMENTS_FAULT = Set.of(401, 402, 403, 404);

    private ErrorVerdict() {
    }

    /**
     * The client's answer, if the error is its own.
     *
     * @param status  the upstream's
     * @param special who may answer what this model cannot
     * @throws AttemptFailed if another deployment may do better
     */
    public static PlainAnswer of(int status, UpstreamError error, RequestRun attempts, Attempt attempt, SpecialFallbacks special,
            OptionalLong retryAfter) {
        if (CLIENTS_OWN.contains(status)) {
            String code = error.contextOverflow() ? "context_length_exceeded" : error.code();
            if (special.takeOver(attempts, attempt, error)) {
                throw new AttemptFailed(status, error.type(), code, "status " + status + ", " + error.message(), false, retryAfter);
            }
            return new PlainAnswer(status, ErrorEnvelope.bytes(
                    error.message().isEmpty() ? "The upstream refused the request with status " + status : error.message(),
                    error.type() == null ? "invalid_request_error" : error.type(), error.param(),
                    code == null ? String.valueOf(status) : code));
        }
        throw failure(status, error, attempt.deployment(), retryAfter);
    }

    private static AttemptFailed failure(int status, UpstreamError error, Deployment deployment, OptionalLong retryAfter) {
        boolean counts = !RequestMistakes.isOne(status, error);
        if (DEPLOYMENTS_FAULT.contains(status)) {
            String what = switch (status) {
                case 401 -> "the upstream refused the gateway's key";
                case 402 -> "the upstream wants payment";
                case 403 -> "the upstream does not permit it";
                default -> "the upstream does not know the model or the path";
            };
            return new AttemptFailed(status, null, error.code(), what + " (deployment " + deployment.id() + ")", counts,
                    retryAfter);
        }
        int told = status >= 400 ? status : 502;
        String message = "status " + status + (error.message().isEmpty() ? "" : ", " + error.message());
        return new AttemptFailed(told, error.type(), error.code(), message, counts, retryAfter);
    }
}
