package io.dromedary.observe.usage;

import java.math.BigDecimal;

import io.dromedary.observe.RequestRecord;

/**
 * What some requests have used together.
 *
 * @param requests          how many there were
 * @param failed            those that were told an error, in a stream too
 * @param gone              those whose clients left before their answers were whole
 * @param prompt            tokens of prompts
 * @param completion        tokens that were generated, reasoning included
 * @param cached            tokens of prompts that were read from a cache
 * @param reasoning         tokens of reasoning
 * @param estimatedRequests those whose tokens are guessed
 * @param estimatedTokens   of the tokens of prompts and those generated, guessed ones
 * @param cost              in USD, of the requests whose cost is known; estimated ones included
 * @param estimatedCost     of that, what is guessed
 * @param unpriced          requests that had an answer, whose cost is not known
 */
public record Usage(long requests, long failed, long gone, long prompt, long completion, long cached, long reasoning,
        long estimatedRequests, long estimatedTokens, BigDecimal cost, BigDecimal estimatedCost, long unpriced) {

    /** Of no request. */
    public static final Usage NONE = new Usage(0, 0, 0, 0, 0, 0, 0, 0, 0, BigDecimal.ZERO, BigDecimal.ZERO, 0);

    /** That of one request. */
    public static Usage of(RequestRecord record) {
        boolean gone = record.clientGone();
        boolean failed = !gone && (record.status() >= 400 || record.errorCode() != null);
        boolean guessed = record.usage().estimated();
        BigDecimal cost = record.cost() == null ? BigDecimal.ZERO : record.cost();
        return new Usage(1, failed ? 1 : 0, gone ? 1 : 0, record.usage().prompt(), record.usage().completion(),
                record.usage().cached(), record.usage().reasoning(), guessed ? 1 : 0,
                guessed ? record.usage().prompt() + record.usage().completion() : 0, cost,
                guessed ? cost : BigDecimal.ZERO, !failed && !gone && record.cost() == null ? 1 : 0);
    }

    /** Both together. */
    public Usage plus(Usage more) {
        return new Usage(requests + more.requests, failed + more.failed, gone + more.gone, prompt + more.prompt,
                completion + more.completion, cached + more.cached, reasoning + more.reasoning,
                estimatedRequests + more.estimatedRequests, estimatedTokens + more.estimatedTokens,
                cost.add(more.cost), estimatedCost.add(more.estimatedCost), unpriced + more.unpriced);
    }

    /** Whether the cost of any of them is known: no price is no cost, and not 0. */
    public boolean priced() {
        return cost.signum() > 0 || unpriced + failed + gone < requests;
    }
}
