package io.dromedary.attempt;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import io.dromedary.client.ClientCall;

/** Tells all listeners what happens to requests, in their order. Immutable. */
public final class RequestEvents implements RequestListener {

    private final List<RequestListener> listeners;

    /** @param listeners who is told */
    public RequestEvents(List<RequestListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    /** The same listeners and one more. */
    public RequestEvents with(RequestListener more) {
        List<RequestListener> all = new ArrayList<>(listeners);
        all.add(more);
        return new RequestEvents(all);
    }

    @Override
    public void requestBegan(ClientCall call) {
        for (RequestListener listener : listeners) {
            listener.requestBegan(call);
        }
    }

    @Override
    public void planned(RequestRun run) {
        for (RequestListener listener : listeners) {
            listener.planned(run);
        }
    }

    @Override
    public void attemptBegan(Attempt attempt) {
        for (RequestListener listener : listeners) {
            listener.attemptBegan(attempt);
        }
    }

    @Override
    public void firstContent(Attempt attempt) {
        for (RequestListener listener : listeners) {
            listener.firstContent(attempt);
        }
    }

    @Override
    public void usageKnown(Attempt attempt) {
        for (RequestListener listener : listeners) {
            listener.usageKnown(attempt);
        }
    }

    @Override
    public void attemptEnded(Attempt attempt) {
        for (RequestListener listener : listeners) {
            listener.attemptEnded(attempt);
        }
    }

    @Override
    public void deploymentGivenUp(Attempt failed) {
        for (RequestListener listener : listeners) {
            listener.deploymentGivenUp(failed);
        }
    }

    @Override
    public void mayBeHedged(RequestRun run) {
        for (RequestListener listener : listeners) {
            listener.mayBeHedged(run);
        }
    }

    @Override
    public void hedged(RequestRun run) {
        for (RequestListener listener : listeners) {
            listener.hedged(run);
        }
    }

    @Override
    public void hedgeWon(RequestRun run) {
        for (RequestListener listener : listeners) {
            listener.hedgeWon(run);
        }
    }

    @Override
    public void requestEnded(ClientCall call, RequestRun run) {
        for (RequestListener listener : listeners) {
            listener.requestEnded(call, run);
        }
    }

    @Override
    public void refused(String id, String method, String path, String key, int status, String errorCode,
            UnaryOperator<String> header) {
        for (RequestListener listener : listeners) {
            listener.refused(id, method, path, key, status, errorCode, header);
        }
    }
}
