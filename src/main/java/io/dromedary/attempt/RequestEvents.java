package io.dromedary.attempt;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.dromedary.client.ClientCall;

/**
 * Tells all listeners what happens to requests, in their order. One that throws keeps no other from being told, and
 * harms no request: the log tells of it. Immutable.
 */
public final class RequestEvents implements RequestListener {

    private final List<RequestListener> listeners;
    private final ListenerFaults faults;

    /** @param listeners who is told */
    public RequestEvents(List<RequestListener> listeners) {
        this(listeners, ListenerFaults.fresh());
    }

    private RequestEvents(List<RequestListener> listeners, ListenerFaults faults) {
        this.listeners = List.copyOf(listeners);
        this.faults = faults;
    }

    /** The same listeners and one more. */
    public RequestEvents with(RequestListener more) {
        List<RequestListener> all = new ArrayList<>(listeners);
        all.add(more);
        return new RequestEvents(all, faults);
    }

    private void tell(Consumer<RequestListener> event) {
        for (RequestListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (RuntimeException | LinkageError e) { // the latter of a jar that was made for other interfaces
                faults.tell(listener, e);
            }
        }
    }

    @Override
    public void requestBegan(ClientCall call) {
        tell(listener -> listener.requestBegan(call));
    }

    @Override
    public void planned(RequestRun run) {
        tell(listener -> listener.planned(run));
    }

    @Override
    public void attemptBegan(Attempt attempt) {
        tell(listener -> listener.attemptBegan(attempt));
    }

    @Override
    public void firstContent(Attempt attempt) {
        tell(listener -> listener.firstContent(attempt));
    }

    @Override
    public void usageKnown(Attempt attempt) {
        tell(listener -> listener.usageKnown(attempt));
    }

    @Override
    public void attemptEnded(Attempt attempt) {
        tell(listener -> listener.attemptEnded(attempt));
    }

    @Override
    public void deploymentGivenUp(Attempt failed) {
        tell(listener -> listener.deploymentGivenUp(failed));
    }

    @Override
    public void mayBeHedged(RequestRun run) {
        tell(listener -> listener.mayBeHedged(run));
    }

    @Override
    public void hedged(RequestRun run) {
        tell(listener -> listener.hedged(run));
    }

    @Override
    public void hedgeWon(RequestRun run) {
        tell(listener -> listener.hedgeWon(run));
    }

    @Override
    public void answerEnds(ClientCall call, RequestRun run) {
        tell(listener -> listener.answerEnds(call, run));
    }

    @Override
    public void requestEnded(ClientCall call, RequestRun run) {
        tell(listener -> listener.requestEnded(call, run));
    }

    @Override
    public void refused(String id, String method, String path, String key, int status, String errorCode,
            UnaryOperator<String> header) {
        tell(listener -> listener.refused(id, method, path, key, status, errorCode, header));
    }
}
