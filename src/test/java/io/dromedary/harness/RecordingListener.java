package io.dromedary.harness;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestListener;
import io.dromedary.attempt.RequestRun;
import io.dromedary.client.ClientCall;

/** An observer of requests as a team would add one: found by its name in {@code META-INF/services}. */
public final class RecordingListener implements RequestListener {

    private static final List<String> TOLD = new CopyOnWriteArrayList<>();

    private static volatile boolean failing;

    /** From now on all of them throw at each attempt that begins, after they have noted it, or no longer do. */
    public static void failing(boolean from) {
        failing = from;
    }

    /** What all of them in this process were told since {@link #forget}, in its order. */
    public static List<String> told() {
        return List.copyOf(TOLD);
    }

    /** Begins anew. */
    public static void forget() {
        TOLD.clear();
    }

    private static String with(String event, Attempt attempt) {
        return event + " " + attempt.deployment().id();
    }

    @Override
    public void requestBegan(ClientCall call) {
        TOLD.add("request began");
    }

    @Override
    public void planned(RequestRun run) {
        TOLD.add("planned " + run.plan().model());
    }

    @Override
    public void attemptBegan(Attempt attempt) {
        TOLD.add(with("attempt began", attempt));
        if (failing) {
            throw new IllegalStateException("the listener's own mistake");
        }
    }

    @Override
    public void firstContent(Attempt attempt) {
        TOLD.add(with("first content", attempt));
    }

    @Override
    public void usageKnown(Attempt attempt) {
        TOLD.add(with("usage known", attempt) + " " + attempt.usage().total());
    }

    @Override
    public void attemptEnded(Attempt attempt) {
        TOLD.add(with("attempt ended", attempt) + " "
                + (attempt.failure() == null ? "well" : attempt.failure().kind()));
    }

    @Override
    public void deploymentGivenUp(Attempt failed) {
        TOLD.add(with("given up", failed));
    }

    @Override
    public void requestEnded(ClientCall call, RequestRun run) {
        TOLD.add("request ended " + call.answer().status());
    }

    @Override
    public void refused(String id, String method, String path, String key, int status, String errorCode,
            UnaryOperator<String> header) {
        TOLD.add("refused " + status);
    }
}
