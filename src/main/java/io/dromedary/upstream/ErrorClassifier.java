package io.dromedary.upstream;

import java.util.OptionalLong;

import io.dromedary.client.FailureKind;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.model.Deployment;
import io.dromedary.upstream.UpstreamPhrases.Meaning;

/**
 * Decides of which kind an upstream's error is, by its status, its code and its words. What happens on a kind, the
 * routes decide.
 */
public final class ErrorClassifier {

    private static final int NOT_IMPLEMENTED = 501;

    private ErrorClassifier() {
    }

    /**
     * The failure that the error amounts to.
     *
     * @param status     the upstream's, or the one that the error itself names under a 200; below 400 for none
     * @param deployment who said it
     * @param retryAfter when the upstream wants to be asked again, in seconds
     */
    public static UpstreamFailed classify(int status, UpstreamError error, Deployment deployment,
            OptionalLong retryAfter) {
        int told = status >= 400 && status < 600 ? status : 502;
        FailureKind kind = kindOf(told, error);
        return UpstreamFailed.told(kind, told, error.type(), error.code(), error.param(),
                message(kind, told, error, deployment),
                retryAfter);
    }

    private static FailureKind kindOf(int status, UpstreamError error) {
        FailureKind kind = FailureKind.ofStatus(status);
        if (kind == FailureKind.CLIENT_MISTAKE) {
            return error.contextOverflow() ? FailureKind.TOO_LONG : error.contentPolicy()
                    ? FailureKind.REFUSED_BY_POLICY : kind;
        }
        boolean incapable = status == NOT_IMPLEMENTED
                || UpstreamPhrases.say(Meaning.INCAPABLE, status, error.message());
        return incapable ? FailureKind.INCAPABLE : kind;
    }

    /**
     * The words of an upstream about the deployment's key, credit or model are for the operator, not for the client.
     */
    private static String message(FailureKind kind, int status, UpstreamError error, Deployment deployment) {
        String ofDeployment = " (deployment " + deployment.id() + ")";
        return switch (kind) {
            case KEY_REFUSED -> "the upstream refused the gateway's key" + ofDeployment;
            case PAYMENT_REQUIRED -> "the upstream wants payment" + ofDeployment;
            case NOT_PERMITTED -> "the upstream does not permit it" + ofDeployment;
            case NOT_FOUND -> "the upstream does not know the model or the path" + ofDeployment;
            case CLIENT_MISTAKE, TOO_LONG, REFUSED_BY_POLICY -> error.message().isEmpty()
                    ? "The upstream refused the request with status " + status : error.message();
            default -> "status " + status + (error.message().isEmpty() ? "" : ", " + error.message());
        };
    }
}
