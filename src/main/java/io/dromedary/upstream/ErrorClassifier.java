package io.dromedary.upstream;

import java.util.OptionalLong;

import io.dromedary.client.FailureKind;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.model.Deployment;
import io.dromedary.model.Endpoint;
import io.dromedary.upstream.UpstreamPhrases.Meaning;

/**
 * Decides of which kind an upstream's error is, by its status, its code and its words. What happens on a kind, the
 * routes decide.
 */
public final class ErrorClassifier {

    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int NOT_IMPLEMENTED = 501;

    private ErrorClassifier() {
    }

    /**
     * The failure that the error amounts to.
     *
     * @param status     the upstream's, or the one that the error itself names under a 200; below 400 for none
     * @param endpoint   what was asked for
     * @param deployment who said it
     * @param retryAfter when the upstream wants to be asked again, in seconds
     */
    public static UpstreamFailed classify(int status, UpstreamError error, Endpoint endpoint, Deployment deployment,
            OptionalLong retryAfter) {
        int told = status >= 400 && status < 600 ? status : 502;
        FailureKind kind = kindOf(told, error, endpoint);
        return UpstreamFailed.told(kind, told, error.type(), error.code(), error.param(),
                message(kind, told, error, deployment),
                retryAfter);
    }

    private static FailureKind kindOf(int status, UpstreamError error, Endpoint endpoint) {
        FailureKind kind = FailureKind.ofStatus(status);
        if (kind == FailureKind.CLIENT_MISTAKE) {
            return error.contextOverflow() ? FailureKind.TOO_LONG : error.contentPolicy()
                    ? FailureKind.REFUSED_BY_POLICY : kind;
        }
        boolean incapable = status == NOT_IMPLEMENTED || hasNoSuchPath(status, endpoint)
                || UpstreamPhrases.say(Meaning.INCAPABLE, status, error.message());
        return incapable ? FailureKind.INCAPABLE : kind;
    }

    /**
     * Whether it says that it has no such path. A server that serves chats and no rerank is well: its breaker must not
     * keep chats from it for what others ask of it. For the endpoints that each deployment is there for, a 404 is a
     * wrong model's name or address.
     */
    private static boolean hasNoSuchPath(int status, Endpoint endpoint) {
        return !endpoint.answer().hasDefaultModel() && (status == NOT_FOUND || status == METHOD_NOT_ALLOWED);
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
            case INCAPABLE -> status == NOT_FOUND ? "the upstream does not know the model or the path" + ofDeployment
                    : told(status, error);
            default -> told(status, error);
        };
    }

    private static String told(int status, UpstreamError error) {
        return "status " + status + (error.message().isEmpty() ? "" : ", " + error.message());
    }
}
