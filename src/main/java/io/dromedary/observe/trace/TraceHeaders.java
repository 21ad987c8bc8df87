package io.dromedary.observe.trace;

import java.util.LinkedHashMap;
import java.util.Map;

import io.dromedary.attempt.Attempt;
import io.dromedary.client.TraceContext;

/**
 * What an upstream is told of the trace (W3C Trace Context): the attempt is its parent. Where the gateway does not
 * trace, it is what the client has said, as if there were no gateway between them.
 */
public final class TraceHeaders {

    static final String PARENT = "traceparent";
    static final String STATE = "tracestate";

    private TraceHeaders() {
    }

    /** Those of a call of the attempt's deployment; empty where nothing is known of a trace. */
    public static Map<String, String> of(Attempt attempt) {
        Map<String, String> headers = new LinkedHashMap<>();
        TraceContext trace = attempt.call().trace();
        if (trace != null && attempt.spanId() != null) {
            headers.put(PARENT, trace.header(attempt.spanId()));
            put(headers, trace.state());
            return headers;
        }
        String given = attempt.call().request().getHeader(PARENT);
        if (TraceParent.read(given) != null) {
            headers.put(PARENT, given);
            put(headers, TraceParent.state(attempt.call().request().getHeader(STATE)));
        }
        return headers;
    }

    private static void put(Map<String, String> headers, String state) {
        if (state != null) {
            headers.put(STATE, state);
        }
    }
}
