package io.dromedary.client;

/**
 * Where a request stands in a trace (W3C Trace Context). Ids are lower-case hex, as in {@code traceparent}.
 *
 * @param traceId  of the whole trace, 32 digits
 * @param spanId   of the gateway's own part of it, 16 digits
 * @param parentId of whoever has sent the request, 16 digits; null where nobody has told
 * @param sampled  whether the trace is kept
 * @param state    {@code tracestate} as it came, for whoever is next; null for none
 */
public record TraceContext(String traceId, String spanId, String parentId, boolean sampled, String state) {

    /** The {@code traceparent} that names {@code span} of this trace as the parent. */
    public String header(String span) {
        return "00-" + traceId + '-' + span + (sampled ? "-01" : "-00");
    }
}
