package io.dromedary.server;

import java.util.ArrayList;
import java.util.List;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.impl.ContextInternal;

/**
 * What the server remembers of a request: whether it came without the key, and what is to be done when its answer has
 * ended or its client has left. Vert.x takes one end handler for a response; this is that one, and it keeps a list.
 * Used on the request's event loop only.
 */
final class RequestMarks {

    private static final Object KEY = RequestMarks.class;

    private final List<Runnable> atEnd = new ArrayList<>(4);
    private boolean ended;
    private boolean keyless;

    private RequestMarks() {
    }

    /** Begins to remember; takes the response's end handler, which nobody else may set afterwards. */
    static RequestMarks install(HttpServerRequest request) {
        RequestMarks marks = new RequestMarks();
        context(request).localContextData().put(KEY, marks);
        request.response().endHandler(ended -> marks.end());
        return marks;
    }

    /** What is remembered of that request. */
    static RequestMarks of(HttpServerRequest request) {
        return (RequestMarks) context(request).localContextData().get(KEY);
    }

    private static ContextInternal context(HttpServerRequest request) {
        return (ContextInternal) ((HttpServerRequestInternal) request).context();
    }

    /** Runs {@code action} at the end of the answer, at once if that is past. */
    void atEnd(Runnable action) {
        if (ended) {
            action.run();
        } else {
            atEnd.add(action);
        }
    }

    /** The request has not shown the key. */
    void keyless() {
        keyless = true;
    }

    /** Whether the request has not shown the key. */
    boolean isKeyless() {
        return keyless;
    }

    private void end() {
        ended = true;
        atEnd.forEach(Runnable::run);
        atEnd.clear();
    }
}
