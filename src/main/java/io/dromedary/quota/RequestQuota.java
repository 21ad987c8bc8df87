package io.dromedary.quota;

import java.util.Map;
import java.util.Set;

import io.vertx.core.http.HttpServerRequest;

import io.dromedary.client.RequestAttachment;
import io.dromedary.ledger.Decision;
import io.dromedary.ledger.Limit;

/** What was decided of a request's limits. Kept with the request. */
public final class RequestQuota {

    private RequestQuota() {
    }

    /**
     * What is kept.
     *
     * @param standIns the limits on models that the client wants to stand in, with those models' names: what others
     *                 use does not count against them
     */
    private record Noted(Decision decision, Map<Limit, Set<String>> standIns) {
    }

    /** Notes what was decided, whether it was granted or not. */
    static void note(HttpServerRequest request, Decision decision, Map<Limit, Set<String>> standIns) {
        RequestAttachment.put(request, RequestQuota.class, new Noted(decision, standIns));
    }

    private static Noted noted(HttpServerRequest request) {
        return (Noted) RequestAttachment.of(request, RequestQuota.class);
    }

    /** What was decided; null for a request without limits, and before it was decided. */
    public static Decision of(HttpServerRequest request) {
        Noted noted = noted(request);
        return noted == null ? null : noted.decision;
    }

    /** For which models alone a limit was reserved, since the client wants them to stand in; null for all. */
    static Set<String> standInsOf(HttpServerRequest request, Limit limit) {
        return noted(request).standIns.get(limit);
    }
}
