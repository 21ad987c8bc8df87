package io.dromedary.server;

import java.util.ArrayList;
import java.util.List;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.impl.ContextInternal;

/**
 * What is to be done when a request's answer has ended, or its client has left. Vert.x takes one end handler for a response;
 * this is that one, and it keeps a list. Used on the request's event loop only.
 */
final class ResponseEnd {

    private static final Object KEY = ResponseEnd.class;

    private final List<Runnable> actions = new ArrayList<>(2);
    private boolean over;

    private ResponseEnd() {
    }

    /** Takes the response's end handler; nobody else may set it afterwards. */
    static void install(HttpServerRequest request) {
        ResponseEnd end = new ResponseEnd();
        context(request).localContextData().put(KEY, end);
        request.response().endHandler(ended -> end.run());
    }

    /** Runs {@code action} at the end of the answer, at once if that is past. */
    static void after(HttpServerRequest request, Runnable action) {
        ResponseEnd end = (ResponseEnd) context(request).localContextData().get(KEY);
        if (end.over) {
            action.run();
        } else {
            end.actions.add(action);
        }
    }

    private static ContextInternal context(HttpServerRequest request) {
        return (ContextInternal) ((HttpServerRequestInternal) request).context();
    }

    private void run() {
        over = true;
        actions.forEach(Runnable::run);
        actions.clear();
    }
}
