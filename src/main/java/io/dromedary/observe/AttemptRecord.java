package io.dromedary.observe;

import io.dromedary.client.FailureKind;

/**
 * What became of one attempt of a finished request. Holds no configuration and no bytes of the request, so that it may
 * be kept. Times are microseconds since the request's head came.
 *
 * @param deployment    the deployment's id
 * @param group         the group for which it was asked
 * @param provider      as in front of the slash of {@code litellm_params.model}
 * @param upstreamModel the model's name upstream
 * @param choice        why this deployment was chosen
 * @param fallback      which fallback its group is; 0 for the group that the client asked
 * @param outcome       how it ended
 * @param kind          the kind of its failure; null where it did not fail
 * @param reason        why it failed, in words fit for clients; null where it did not fail
 * @param status        what the client gets for it, which is mostly what the upstream said; 0 where that is not known
 * @param beganMicros   when it was made
 * @param contentMicros when its first content, or its whole plain answer, had come; -1 if there was none
 * @param endedMicros   when it ended
 * @param spanId        its id in the trace of its request; null where it is in none
 */
public record AttemptRecord(String deployment, String group, String provider, String upstreamModel, Choice choice,
        int fallback, Outcome outcome, FailureKind kind, String reason, int status, long beganMicros,
        long contentMicros, long endedMicros, String spanId) {

    /** Why a deployment was chosen. */
    public enum Choice {
        /** The first of the group that the client asked, in the order of the routing strategy. */
        FIRST,
        /** The next of the same group, after another one had failed or could not be asked. */
        NEXT,
        /** The same deployment once more, after a pause. */
        RETRY,
        /** Of a group that stands in for the one that was asked. */
        FALLBACK,
        /** A second one beside another, whose first token was late. */
        HEDGE
    }

    /** How an attempt ended. */
    public enum Outcome {
        /** The client has its whole answer. */
        ANSWERED,
        /** It was asked, and failed. */
        FAILED,
        /** It could not be asked: its breaker was open, or it had no place. */
        PASSED_OVER,
        /** Another attempt of the request was faster. */
        LOST,
        /** The client left, or the request was cut short. */
        CANCELLED
    }

    /** The status with which the upstream has answered; 0 where it has not, and the client's is the gateway's own. */
    public int toldStatus() {
        return kind == null || kind.status() == 0 ? status : 0;
    }

    /** Whether its deployment was asked. */
    public boolean asked() {
        return outcome != Outcome.PASSED_OVER;
    }
}
