package io.dromedary.quota;

import io.vertx.core.http.HttpServerRequest;

import io.dromedary.client.RequestAttachment;
import io.dromedary.ledger.Decision;

/** What was decided of a request's limits. Kept with the request. */
public final class RequestQuota {

    private RequestQuota() {
    }

    /** Notes what was decided, whether it was granted or not. */
    static void note(HttpServerRequest request, Decision decision) {
        RequestAttachment.put(request, RequestQuota.class, decision);
    }

    /** What was decided; null for a request without limits, and before it was decided. */
    public static Decision of(HttpServerRequest request) {
        return (Decision) RequestAttachment.of(request, RequestQuota.class);
    }
}
