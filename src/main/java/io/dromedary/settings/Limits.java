package io.dromedary.settings;

/**
 * The tunables that steps use with every request, read and checked once: a wrong one stops the start and not the
 * requests.
 *
 * @param requestBytes    how long a request's body may be
 * @param requestFields   how many fields a request may have at its top
 * @param answerBytes     how long a plain answer may be
 * @param answerCopyBytes how much of an answer is left for later steps
 * @param heldBytes       what a stream may send before its first content
 * @param eventBytes      how long one event may be
 * @param totalMs         how long a request may take over all its attempts, in ms
 * @param slotMs          how long a request waits for a place at a deployment, in ms
 * @param writeMs         how long a client may take nothing, in ms
 * @param dialectKeepAliveMs after how much silence a client of a dialect gets a sign of life, in ms; 0 for never
 * @param asksStreamUsage whether streams are asked for their usage, unseen by clients
 * @param answerTokens    how many tokens of an answer are reserved of a key's limits at most
 * @param healthMs        how long {@code GET /health} waits for upstreams, in ms
 */
public record Limits(long requestBytes, int requestFields, long answerBytes, int answerCopyBytes, int heldBytes,
        int eventBytes, long totalMs, long slotMs, long writeMs, long dialectKeepAliveMs,
        boolean asksStreamUsage, long answerTokens, long healthMs) {

    /** Those that {@code settings} have. */
    public static Limits of(Settings settings) {
        return new Limits(settings.number("gateway.request.max-bytes"), settings.count("gateway.request.max-fields"),
                settings.number("gateway.answer.max-bytes"), settings.count("gateway.answer.copy"),
                settings.count("gateway.stream.hold-bytes"), settings.count("gateway.stream.max-event-bytes"),
                settings.number("gateway.timeout.total"), settings.number("gateway.timeout.slot"),
                settings.number("gateway.timeout.write"), settings.number("gateway.dialect.keep-alive"),
                settings.flag("gateway.usage.ask-streams"), settings.number("gateway.keys.answer-tokens"),
                settings.number("gateway.health.timeout"));
    }
}
