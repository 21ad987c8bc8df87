package io.dromedary.dialect;

/**
 * The {@code usage} of a chat completion, in tokens.
 *
 * @param prompt     all of the prompt, cached or not
 * @param cached     of these, read from a cache
 * @param written    of these, written to a cache
 * @param completion all that was generated
 * @param reasoning  of these, reasoning
 */
public record ChatUsage(long prompt, long cached, long written, long completion, long reasoning) {

    /** Where a server does not say. */
    public static final ChatUsage NONE = new ChatUsage(0, 0, 0, 0, 0);
}
