package io.dromedary.quota;

import java.util.Optional;

import io.dromedary.ledger.Limit;
import io.dromedary.ledger.Limit.Unit;

/** The names of a key's limits among those of its account, and what their use means. */
public final class KeyLimit {

    /** The budget. */
    public static final String BUDGET = "budget";
    /** What counts the spend of a key that has a soft budget alone; refuses nothing. */
    public static final String SOFT_BUDGET = "soft_budget";

    private KeyLimit() {
    }

    /**
     * How much of a limit is used.
     *
     * @param limit the limit
     * @param used  in its unit
     */
    public record Use(Limit limit, long used) {

        /**
         * When all of it is there again, if nobody uses any: in ms since 1970; 0 for what is held and given back,
         * {@code Long.MAX_VALUE} for never.
         */
        public long resetsAt(long nowMs) {
            return switch (limit.unit()) {
                case PARALLEL -> 0;
                case SPEND -> limit.window().endsMs(nowMs);
                default -> nowMs + (long) Math.ceil((double) used * limit.window().lengthMs() / limit.amount());
            };
        }
    }

    /** The model for which alone it holds; empty for one on all of them. */
    public static Optional<String> modelOf(Limit limit) {
        int colon = limit.name().indexOf(':');
        return colon < 0 ? Optional.empty() : Optional.of(limit.name().substring(colon + 1));
    }

    /** Whether it bounds what may be spent. */
    static boolean isSpend(Limit limit) {
        return limit.unit() == Unit.SPEND && (limit.name().equals(BUDGET) || limit.name().equals(SOFT_BUDGET));
    }
}
