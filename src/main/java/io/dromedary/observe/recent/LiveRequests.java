package io.dromedary.observe.recent;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestListener;
import io.dromedary.attempt.RequestRun;
import io.dromedary.client.ClientCall;

/** The requests that ask a model and are in flight now. One costs two changes of a map, however many there are. */
public final class LiveRequests implements RequestListener {

    private final Map<ClientCall, RequestRun> running = new ConcurrentHashMap<>();

    /**
     * One of them, as it stands.
     *
     * @param id            what {@code x-litellm-call-id} tells
     * @param at            when its head came, in ms since 1970
     * @param ageMs         how long ago that was
     * @param path          as the client wrote it, without its query
     * @param model         the model that the client asked for
     * @param operation     what is asked for
     * @param stream        whether a stream is asked for
     * @param group         the group that is asked now; null before the first attempt
     * @param deployment    the deployment that is asked now; null before the first attempt
     * @param attempts      how many attempts there were
     * @param contentMicros when its first content had come, in microseconds since its head; -1 if it has not
     */
    public record Live(String id, long at, long ageMs, String path, String model, String operation, boolean stream,
            String group, String deployment, int attempts, long contentMicros) {

        static Live of(ClientCall call, RequestRun run) {
            long age = call.elapsedMs();
            Attempt attempt = run.current();
            long content = attempt == null || attempt.contentNanos() == 0 ? -1
                    : (attempt.contentNanos() - call.startedNanos()) / 1000;
            return new Live(call.id(), System.currentTimeMillis() - age, age, call.request().path(),
                    run.plan().model(), run.endpoint().name(), run.fields().stream(),
                    attempt == null ? null : attempt.hop().model(),
                    attempt == null ? null : attempt.deployment().id(), run.made(), content);
        }
    }

    @Override
    public void planned(RequestRun run) {
        running.put(run.call(), run);
    }

    @Override
    public void requestEnded(ClientCall call, RequestRun run) {
        running.remove(call);
    }

    /** How many there are. */
    public int count() {
        return running.size();
    }

    /** How many of them are streams. Looks at each. */
    public int streams() {
        return (int) running.values().stream().filter(run -> run.fields().stream()).count();
    }

    /** Those that have been in flight for the longest time, oldest first. Looks at each. */
    public List<Live> oldest(int most) {
        return running.entrySet().stream()
                .sorted(Comparator.comparingLong(each -> each.getKey().startedNanos()))
                .limit(most).map(each -> Live.of(each.getKey(), each.getValue())).toList();
    }
}
