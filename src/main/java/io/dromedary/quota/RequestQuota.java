package io.dromedary.quota;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import io.vertx.core.http.HttpServerRequest;

import io.dromedary.client.RequestAttachment;
import io.dromedary.key.VirtualKey;
import io.dromedary.ledger.Decision;
import io.dromedary.ledger.Limit;

/** What was decided of a request's limits. Kept with the request. */
public final class RequestQuota {

    private RequestQuota() {
    }

    /**
     * What is kept.
     *
     * @param key      whose request it is
     * @param standIns the limits on models that the client wants to stand in, with those models' names: what others
     *                 use does not count against them
     * @param settled  whether what was reserved is settled
     */
    record Noted(VirtualKey key, Decision decision, Map<Limit, Set<String>> standIns, AtomicBoolean settled) {
    }

    /** Notes what was decided, whether it was granted or not. */
    static void note(HttpServerRequest request, VirtualKey key, Decision decision, Map<Limit, Set<String>> standIns) {
        RequestAttachment.put(request, RequestQuota.class, new Noted(key, decision, standIns, new AtomicBoolean()));
    }

    /** All that is kept; null for a request without limits, and before it was decided. */
    static Noted noted(HttpServerRequest request) {
        return (Noted) RequestAttachment.of(request, RequestQuota.class);
    }

    /** What was decided; null for a request without limits, and before it was decided. */
    public static Decision of(HttpServerRequest request) {
        Noted noted = noted(request);
        return noted == null ? null : noted.decision;
    }
}
