package io.dromedary.quota;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

import io.dromedary.ledger.Decision;
import io.dromedary.ledger.Limit;
import io.dromedary.ledger.Limit.Unit;
import io.dromedary.ledger.Standing;

/**
 * The response headers that tell how much of a key's limits is left: OpenAI's {@code x-ratelimit-*}, which its clients
 * read, of the limit that has the least left, and LiteLLM's beside them, one set for each scope.
 */
public final class LimitHeaders {

    private static final String PREFIX = "x-ratelimit-";
    private static final Map<Unit, Names> OF_KEYS = names(PREFIX + "api_key-", "");
    private static final Map<Unit, Names> OF_MODELS = names(PREFIX + "model_per_key-", "");
    private static final Map<Unit, Names> OPEN_AI = names(PREFIX, PREFIX + "reset-");

    /** The names of the headers that tell of a limit of one kind; made once, not for each answer. */
    private record Names(String limit, String remaining, String reset) {
    }

    private static Map<Unit, Names> names(String before, String reset) {
        Map<Unit, Names> all = new EnumMap<>(Unit.class);
        for (Unit unit : Unit.values()) {
            String word = ofUnit(unit);
            all.put(unit, new Names(before + "limit-" + word, before + "remaining-" + word, reset + word));
        }
        return all;
    }

    private LimitHeaders() {
    }

    /** Whether that header tells of a limit. */
    public static boolean isOne(String name) {
        return name.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
    }

    /** Whether {@code headers} tell of limits of the client's key. */
    public static boolean areIn(Map<String, String> headers) {
        return headers.containsKey(PREFIX + "limit-requests") || headers.containsKey(PREFIX + "limit-tokens");
    }

    /** Adds those of {@code decision}. */
    public static void add(Map<String, String> headers, Decision decision) {
        long requests = Long.MAX_VALUE;
        long tokens = Long.MAX_VALUE;
        for (Standing standing : decision.standing()) {
            Limit limit = standing.limit();
            if (!limit.account().startsWith("key:")) {
                continue;
            }
            if (limit.unit() == Unit.SPEND) {
                addSpend(headers, standing);
                continue;
            }
            Names names = (limit.name().indexOf(':') < 0 ? OF_KEYS : OF_MODELS).get(limit.unit());
            String amount = String.valueOf(limit.amount());
            String remaining = String.valueOf(standing.remaining());
            headers.put(names.limit(), amount);
            headers.put(names.remaining(), remaining);
            if (limit.unit() == Unit.REQUESTS && standing.remaining() < requests) {
                requests = standing.remaining();
                addOpenAi(headers, OPEN_AI.get(Unit.REQUESTS), amount, remaining, standing.resetMs());
            } else if (limit.unit() == Unit.TOKENS && standing.remaining() < tokens) {
                tokens = standing.remaining();
                addOpenAi(headers, OPEN_AI.get(Unit.TOKENS), amount, remaining, standing.resetMs());
            }
        }
        decision.refusal().filter(refusal -> refusal.limit().unit() != Unit.SPEND).ifPresent(refusal -> {
            headers.put("rate_limit_type", ofUnit(refusal.limit()));
            headers.put("reset_at", Instant.now().plusMillis(refusal.waitMs()).truncatedTo(ChronoUnit.SECONDS)
                    .toString());
        });
    }

    private static void addOpenAi(Map<String, String> headers, Names names, String amount, String remaining,
            long resetMs) {
        headers.put(names.limit(), amount);
        headers.put(names.remaining(), remaining);
        headers.put(names.reset(), duration(resetMs));
    }

    private static void addSpend(Map<String, String> headers, Standing standing) {
        if (standing.limit().name().equals("budget")) {
            headers.put("x-litellm-key-max-budget", LimitError.usd(standing.limit().amount()));
            headers.put("x-litellm-key-spend", LimitError.usd(standing.spent()));
        }
    }

    /** LiteLLM's word for what a limit counts. */
    static String ofUnit(Limit limit) {
        return ofUnit(limit.unit());
    }

    private static String ofUnit(Unit unit) {
        return unit == Unit.PARALLEL ? "max_parallel_requests" : unit.name().toLowerCase(Locale.ROOT);
    }

    /** As OpenAI writes it: {@code 12ms}, {@code 1.5s}, {@code 6m0s}. */
    static String duration(long ms) {
        if (ms < 1000) {
            return ms + "ms";
        }
        Duration time = Duration.ofMillis(ms);
        String seconds = ms % 1000 == 0 ? String.valueOf(time.toSecondsPart())
                : time.toSecondsPart() + "." + String.valueOf(1000 + ms % 1000).substring(1);
        return (time.toMinutes() > 0 ? time.toMinutes() + "m" : "") + seconds + "s";
    }
}
