package io.dromedary.ledger;

/**
 * One bound on what one account may use.
 *
 * @param account whose use it bounds, such as {@code key:shop}; all limits of one account are kept together
 * @param name    what it is called among the limits of its account, such as {@code rpm} or {@code rpm:gpt-4o}
 * @param unit    what is counted
 * @param amount  how much may be used in one window, or at a time; more than 0, but for a spend
 * @param window  over which time; null for a unit that is held and given back
 */
public record Limit(String account, String name, Unit unit, long amount, Window window) {

    /** What a limit counts. */
    public enum Unit {
        /** Requests, in a bucket that fills evenly. */
        REQUESTS,
        /** Tokens of prompts and answers, in a bucket that fills evenly. */
        TOKENS,
        /** Requests at the same time: held until the request ends. */
        PARALLEL,
        /** Millionths of a US dollar, summed up from the window's start to its end. */
        SPEND
    }

    /** Requests or tokens a minute. */
    public static Limit perMinute(String account, String name, Unit unit, long amount) {
        return new Limit(account, name, unit, amount, Window.MINUTE);
    }

    /** Requests at the same time. */
    public static Limit parallel(String account, String name, long amount) {
        return new Limit(account, name, Unit.PARALLEL, amount, null);
    }

    /**
     * The same limit with another amount, at least 1 where it was more than 0: what is left to one gateway of several.
     *
     * @param share the divisor, 1 or more
     */
    public Limit sharedBy(int share) {
        return new Limit(account, name, unit, Math.max(Math.min(1, amount), amount / share), window);
    }
}
