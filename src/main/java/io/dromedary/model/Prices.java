package io.dromedary.model;

import java.math.BigDecimal;

import io.dromedary.json.TokenUsage;

/**
 * What a deployment costs, in USD, in exact decimals as they are written. A price that is null is not known, which is
 * not the same as 0.
 *
 * @param input        {@code input_cost_per_token}
 * @param output       {@code output_cost_per_token}
 * @param cacheRead    {@code cache_read_input_token_cost}; null for that of any other token of the prompt
 * @param cacheWrite   {@code cache_creation_input_token_cost}; the same
 * @param reasoning    {@code output_cost_per_reasoning_token}; null for that of any other token that is generated
 * @param request      {@code input_cost_per_request}
 * @param inputSecond  {@code input_cost_per_second}
 * @param outputSecond {@code output_cost_per_second}
 */
public record Prices(BigDecimal input, BigDecimal output, BigDecimal cacheRead, BigDecimal cacheWrite,
        BigDecimal reasoning, BigDecimal request, BigDecimal inputSecond, BigDecimal outputSecond) {

    /** No price is known. */
    public static final Prices NONE = new Prices(null, null, null, null, null, null, null, null);

    /** Those of a token read and a token written alone; what is null is not known. */
    public static Prices perToken(BigDecimal input, BigDecimal output) {
        return new Prices(input, output, null, null, null, null, null, null);
    }

    /** Whether tokens have a price. */
    public boolean ofTokens() {
        return input != null || output != null || cacheRead != null || cacheWrite != null || reasoning != null;
    }

    /** What a token read and a token written cost together, to compare deployments by; 0 if neither is known. */
    public double compared() {
        return (input == null ? 0 : input.doubleValue()) + (output == null ? 0 : output.doubleValue());
    }

    /**
     * What an answer has cost: its tokens, the request itself, and the time. Null where that cannot be told: without
     * any price, and where tokens have prices but not all that were used have one, or where it is not known how many
     * were used.
     *
     * @param micros how long the deployment was at work, in microseconds
     */
    public BigDecimal cost(TokenUsage usage, long micros) {
        BigDecimal cost = null;
        if (ofTokens()) {
            cost = usage.told() ? ofTokens(usage) : null;
            if (cost == null) {
                return null;
            }
        }
        if (request != null) {
            cost = sum(cost, request);
        }
        for (BigDecimal second : new BigDecimal[] {inputSecond, outputSecond}) {
            if (second != null) {
                cost = sum(cost, second.multiply(BigDecimal.valueOf(micros, 6)));
            }
        }
        return cost;
    }

    private BigDecimal ofTokens(TokenUsage usage) {
        long cached = Math.min(usage.cached(), usage.prompt());
        long written = Math.min(usage.written(), usage.prompt() - cached);
        long reasoned = Math.min(usage.reasoning(), usage.completion());
        BigDecimal cost = BigDecimal.ZERO;
        cost = add(cost, usage.prompt() - cached - written, input);
        cost = add(cost, cached, cacheRead == null ? input : cacheRead);
        cost = add(cost, written, cacheWrite == null ? input : cacheWrite);
        cost = add(cost, usage.completion() - reasoned, output);
        return add(cost, reasoned, reasoning == null ? output : reasoning);
    }

    /** Null where the sum cannot be told. */
    private static BigDecimal add(BigDecimal sum, long tokens, BigDecimal price) {
        if (sum == null || tokens == 0) {
            return sum;
        }
        return price == null ? null : sum.add(price.multiply(BigDecimal.valueOf(tokens)));
    }

    private static BigDecimal sum(BigDecimal cost, BigDecimal more) {
        return cost == null ? more : cost.add(more);
    }

    /** The amount in digits, without an exponent and without zeros at its end. */
    public static String text(BigDecimal amount) {
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }
}
