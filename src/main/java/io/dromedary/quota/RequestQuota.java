package io.dromedary.quota;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.impl.ContextInternal;

import io.dromedary.ledger.Decision;

/** What was decided of a request's limits. Kept with the request, on its Vert.x context. */
public final class RequestQuota {

    private static final Object PLACE = RequestQuota.class;

    private RequestQuota() {
    }

    /** Notes what was decided, whether it was granted or not. */
    static void note(HttpServerRequest request, Decision decision) {
        context(request).localContextData().put(PLACE, decision);
    }

    /** What was decided; null for a request without limits, and before it was decided. */
    public static Decision of(HttpServerRequest request) {
        return (Decision) context(request).localContextData().get(PLACE);
    }

    private static ContextInternal context(HttpServerRequest request) {
        return (ContextInternal) ((HttpServerRequestInternal) request).context();
    }
}
