package io.dromedary.quota;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import io.dromedary.client.ApiError;
import io.dromedary.key.VirtualKey;
import io.dromedary.ledger.Limit;
import io.dromedary.ledger.Limit.Unit;
import io.dromedary.ledger.Standing;

/**
 * What a client is told whose key has used up a limit: OpenAI's status, type and code, and LiteLLM's words, which
 * clients of either look for.
 */
final class LimitError {

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int MICRO = 6;
    private static final long A_USD = 1_000_000;

    private LimitError() {
    }

    static ApiError of(VirtualKey key, Standing refusal) {
        Limit limit = refusal.limit();
        if (limit.unit() != Unit.SPEND) {
            return rate(key, refusal);
        }
        return refusal.isSpent() ? budget(key, refusal) : reserved(key, refusal);
    }

    /** There may be something left when the requests that run have ended: a client that asks again may be served. */
    private static ApiError reserved(VirtualKey key, Standing refusal) {
        return ApiError.of(TOO_MANY_REQUESTS, "requests", "rate_limit_exceeded", null,
                "Requests that run now have reserved what is left of the budget for " + scope(key, refusal.limit())
                + ". Current cost: " + usd(refusal.spent()) + ", Reserved: " + usd(refusal.reserved())
                + ", Max budget: " + usd(refusal.limit().amount())).retryAfter(seconds(refusal.waitMs()));
    }

    private static ApiError rate(VirtualKey key, Standing refusal) {
        Limit limit = refusal.limit();
        String resets = Instant.now().plusMillis(refusal.waitMs()).truncatedTo(ChronoUnit.SECONDS).toString();
        return ApiError.of(TOO_MANY_REQUESTS, LimitHeaders.ofUnit(limit).equals("tokens") ? "tokens" : "requests",
                "rate_limit_exceeded", null, "Rate limit exceeded for " + scope(key, limit) + ". Limit type: "
                + LimitHeaders.ofUnit(limit) + ". Current limit: " + limit.amount() + ", Remaining: "
                + refusal.remaining() + ". Limit resets at: " + resets).retryAfter(seconds(refusal.waitMs()));
    }

    private static ApiError budget(VirtualKey key, Standing refusal) {
        Limit limit = refusal.limit();
        String again = refusal.waitMs() < 0 ? "" : ". It begins anew at "
                + Instant.now().plusMillis(refusal.waitMs()).truncatedTo(ChronoUnit.SECONDS);
        return ApiError.of(TOO_MANY_REQUESTS, ApiError.NO_QUOTA, ApiError.NO_QUOTA, null,
                "Budget has been exceeded! For " + scope(key, limit) + ". Current cost: "
                + usd(refusal.spent()) + ", Max budget: " + usd(limit.amount()) + again);
    }

    /** Whose limit it is: the key's, the key's for one model, or the gateway's on all. */
    private static String scope(VirtualKey key, Limit limit) {
        if (!limit.account().equals(key.account())) {
            return "all keys together";
        }
        int model = limit.name().indexOf(':');
        return "api_key: " + key.alias() + (model < 0 ? "" : ", model: " + limit.name().substring(model + 1));
    }

    static String usd(long micros) {
        return micros % A_USD == 0 ? Long.toString(micros / A_USD) // as most budgets are
                : BigDecimal.valueOf(micros, MICRO).stripTrailingZeros().toPlainString();
    }

    static long seconds(long ms) {
        return Math.max(1, (ms + 999) / 1000);
    }
}
