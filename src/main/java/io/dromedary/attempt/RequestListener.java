package io.dromedary.attempt;

import java.util.function.UnaryOperator;

import io.dromedary.client.ClientCall;

/**
 * Learns what happens to requests. Whoever observes them (log, loads, breakers, budgets) is one, and touches nothing
 * else. Called on the thread on which it happens, several at a time; must not block and must not throw.
 */
public interface RequestListener {

    /** A request has come to a route. */
    default void requestBegan(ClientCall call) {
    }

    /** Deployments that serve the request are known. */
    default void planned(RequestRun run) {
    }

    /** A deployment is asked from now on. Followed by {@link #attemptEnded}. */
    default void attemptBegan(Attempt attempt) {
    }

    /** The first content of a stream, or a whole plain answer, has come. */
    default void firstContent(Attempt attempt) {
    }

    /**
     * What the answer has cost is known ({@link Attempt#usage}, {@link Attempt#cost}). Told before its client
     * can take the answer for whole, or when its stream has ended early.
     */
    default void usageKnown(Attempt attempt) {
    }

    /** The attempt is over, whatever its ending: {@link Attempt#failure} is known. */
    default void attemptEnded(Attempt attempt) {
    }

    /** The request goes on without the deployment of an attempt that failed: it is not asked again. */
    default void deploymentGivenUp(Attempt failed) {
    }

    /** A stream begins for which a second deployment may be asked. */
    default void mayBeHedged(RequestRun run) {
    }

    /** A second deployment is asked. */
    default void hedged(RequestRun run) {
    }

    /** The second deployment has given the client the answer. */
    default void hedgeWon(RequestRun run) {
    }

    /**
     * The last of the answer is about to go out, and its client may ask again as soon as it has it. Its status is
     * known. Attempts that lost a race, or whose request was cut short, may still run. Of a stream, the last event has
     * often gone out already; {@link #usageKnown} comes before that event. Not told where the client has left. May be
     * called by the timer's thread: it must not wait for anything.
     *
     * @param run null where the request never came to a plan
     */
    default void answerEnds(ClientCall call, RequestRun run) {
    }

    /**
     * The request is over, and so is its answer.
     *
     * @param run null where the request never came to a plan
     */
    default void requestEnded(ClientCall call, RequestRun run) {
    }

    /**
     * The server has answered a request before it came to a route: refused it, or told a browser what it may ask (204).
     *
     * @param id     what {@code x-litellm-call-id} tells
     * @param method as the client wrote it; a dash where the request could not be read
     * @param path   as the client wrote it; a dash where the request could not be read
     * @param key    the alias of the key that came; null where none did, or one that is refused
     * @param errorCode the code of the error that it was told; null for none
     * @param header    gives one of its headers by its name; null for one that is not there
     */
    default void refused(String id, String method, String path, String key, int status, String errorCode,
            UnaryOperator<String> header) {
    }
}
