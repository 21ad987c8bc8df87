package io.dromedary.observe.trace;

/**
 * What a client's {@code traceparent} says (W3C Trace Context, 3.2).
 *
 * @param traceId of the whole trace, 32 lower-case hex digits
 * @param spanId  of the client's own part of it, 16 of them
 * @param sampled whether the client keeps the trace
 */
record TraceParent(String traceId, String spanId, boolean sampled) {

    private static final int LENGTH = 55;
    private static final int LONGEST_STATE = 512;

    /** Reads the header; null where there is none, or none that is right: a trace begins here then. */
    static TraceParent read(String header) {
        if (header == null || header.length() < LENGTH || header.charAt(2) != '-' || header.charAt(35) != '-'
                || header.charAt(52) != '-') {
            return null;
        }
        String version = header.substring(0, 2);
        String trace = header.substring(3, 35);
        String span = header.substring(36, 52);
        String flags = header.substring(53, LENGTH);
        // A later version may have more to say, behind another dash.
        boolean ends = header.length() == LENGTH || !version.equals("00") && header.charAt(LENGTH) == '-';
        if (!ends || version.equals("ff") || !isHex(version) || !isId(trace) || !isId(span) || !isHex(flags)) {
            return null;
        }
        return new TraceParent(trace, span, (Integer.parseInt(flags, 16) & 1) == 1);
    }

    /** A client's {@code tracestate} where it may be told on; else null. */
    static String state(String header) {
        return header != null && !header.isBlank() && header.length() <= LONGEST_STATE
                && header.chars().allMatch(c -> c >= ' ' && c < 127) ? header : null;
    }

    private static boolean isId(String text) {
        return isHex(text) && text.chars().anyMatch(digit -> digit != '0');
    }

    private static boolean isHex(String text) {
        return text.chars().allMatch(digit -> digit >= '0' && digit <= '9' || digit >= 'a' && digit <= 'f');
    }
}
