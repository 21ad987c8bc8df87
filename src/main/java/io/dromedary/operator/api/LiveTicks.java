package io.dromedary.operator.api;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.dromedary.model.Deployment;
import io.dromedary.observe.recent.BreakerChanges;
import io.dromedary.observe.recent.RecentRequests;

/** What a live page is sent: all of it first, then each second what has changed. Used on one thread. */
final class LiveTicks {

    private static final int MOST_REQUESTS = 50;
    private static final int MOST_IN_FLIGHT = 50;

    private final Observations observed;
    private final StateJson state;
    private Map<String, Map<String, Object>> deployments = Map.of();
    private Map<String, String> lamps = Map.of();
    private Map<String, long[]> flow = Map.of();
    private Object reload;
    private Object redis;
    private long requests;
    private long breakers;

    LiveTicks(Observations observed, StateJson state) {
        this.observed = observed;
        this.state = state;
    }

    /** All that a page needs to begin with. */
    byte[] snapshot(Serving serving) {
        return event("snapshot", new Fields().put("state", state.all(serving))
                .put("requests", rows(observed.recent().recent(MOST_REQUESTS)))
                .put("flow", observed.flow().now())
                .put("inFlight", RequestJson.inFlight(observed.live(), MOST_IN_FLIGHT)).map(), serving);
    }

    /** From now on, ticks tell what changes after this moment. */
    void begin(Serving serving) {
        tick(serving);
    }

    /** What has changed since the last tick. */
    byte[] tick(Serving serving) {
        long count = observed.recent().count();
        List<Map<String, Object>> rows = rows(observed.recent().after(requests, MOST_REQUESTS));
        long newer = count - requests;
        requests = count;
        Object last = state.lastReload(serving);
        Object shared = state.redis(serving.gateway());
        Fields tick = new Fields().put("at", System.currentTimeMillis()).put("totals", state.totals())
                .put("deployments", changedDeployments(serving))
                .put("groups", changedLamps(serving)).put("breakers", changedBreakers(serving)).put("requests", rows)
                .put("requestsLeftOut", Math.max(0, newer - rows.size()))
                .put("inFlight", RequestJson.inFlight(observed.live(), MOST_IN_FLIGHT)).put("flow", changedSteps())
                .put("generation", serving.reloading().generation())
                .put("reload", Objects.equals(last, reload) ? null : last)
                .put("redis", Objects.equals(shared, redis) ? null : shared);
        reload = last;
        redis = shared;
        return event("tick", tick.map(), serving);
    }

    private static List<Map<String, Object>> rows(List<RecentRequests.Seen> records) {
        return records.stream().map(RequestJson::row).toList();
    }

    private List<Map<String, Object>> changedDeployments(Serving serving) {
        Map<String, Map<String, Object>> now = new LinkedHashMap<>();
        for (Deployment deployment : serving.gateway().catalogue().deployments()) {
            now.put(deployment.id(), state.deployment(serving.gateway(), deployment, false));
        }
        Map<String, Map<String, Object>> before = deployments;
        deployments = now;
        return now.entrySet().stream().filter(each -> !each.getValue().equals(before.get(each.getKey())))
                .map(Map.Entry::getValue).toList();
    }

    private List<Map<String, Object>> changedLamps(Serving serving) {
        Map<String, String> now = new LinkedHashMap<>();
        serving.gateway().catalogue().groupNames().forEach(group -> now.put(group,
                state.lampOf(serving.gateway(), group)));
        Map<String, String> before = lamps;
        lamps = now;
        return now.entrySet().stream().filter(each -> !each.getValue().equals(before.get(each.getKey())))
                .map(each -> new Fields().put("name", each.getKey()).put("lamp", each.getValue()).map()).toList();
    }

    private List<Map<String, Object>> changedBreakers(Serving serving) {
        List<BreakerChanges.Change> newer = observed.breakers().newestFirst().stream()
                .filter(change -> change.number() > breakers).toList();
        breakers = newer.isEmpty() ? breakers : newer.get(0).number();
        List<Map<String, Object>> oldestFirst = new ArrayList<>(newer.stream()
                .map(change -> StateJson.change(change, serving.gateway())).toList());
        Collections.reverse(oldestFirst);
        return oldestFirst;
    }

    private Map<String, long[]> changedSteps() {
        Map<String, long[]> now = observed.flow().now();
        Map<String, long[]> changed = new LinkedHashMap<>();
        now.forEach((key, count) -> {
            if (!Arrays.equals(count, flow.get(key))) {
                changed.put(key, count);
            }
        });
        flow = now;
        return changed;
    }

    private static byte[] event(String name, Map<String, Object> data, Serving serving) {
        byte[] json = SecretMask.of(serving.gateway().config()).json(data);
        return ("event: " + name + "\ndata: " + new String(json, StandardCharsets.UTF_8) + "\n\n")
                .getBytes(StandardCharsets.UTF_8);
    }
}
