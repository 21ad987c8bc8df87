package io.dromedary.observe.trace;

import java.util.List;
import java.util.Optional;

/**
 * Which traces are kept, by the names of OpenTelemetry's {@code OTEL_TRACES_SAMPLER}.
 *
 * @param ofParent whether a client that says whether its trace is kept is followed
 * @param share    of the others, 0 to 1; the same traces are kept by all who have that share
 */
record TraceSampler(boolean ofParent, double share) {

    private static final String PARENT_BASED = "parentbased_";
    private static final List<String> NAMES = List.of("always_on", "always_off", "traceidratio");

    /**
     * The sampler of that name; empty if there is none, or its share is none.
     *
     * @param argument {@code OTEL_TRACES_SAMPLER_ARG}; empty for 1
     */
    static Optional<TraceSampler> named(String name, String argument) {
        boolean ofParent = name.startsWith(PARENT_BASED);
        String kind = ofParent ? name.substring(PARENT_BASED.length()) : name;
        if (!NAMES.contains(kind)) {
            return Optional.empty();
        }
        try {
            double share = kind.equals("always_on") ? 1 : kind.equals("always_off") ? 0
                    : argument.isEmpty() ? 1 : Double.parseDouble(argument);
            return share >= 0 && share <= 1 ? Optional.of(new TraceSampler(ofParent, share)) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /**
     * Whether the trace is kept.
     *
     * @param parent what its client has told; null for nothing
     */
    boolean keeps(String traceId, TraceParent parent) {
        if (ofParent && parent != null) {
            return parent.sampled();
        }
        if (share >= 1 || share <= 0) {
            return share >= 1;
        }
        // The same digits that OpenTelemetry's own sampler decides by.
        return Math.abs(Long.parseUnsignedLong(traceId.substring(16), 16)) < (long) (share * Long.MAX_VALUE);
    }
}
