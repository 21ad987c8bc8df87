package io.dromedary.quota;

import java.math.BigDecimal;
import java.util.Collection;

import io.dromedary.json.ObjectFields;
import io.dromedary.ledger.Claim;
import io.dromedary.ledger.Limit;
import io.dromedary.model.Deployment;
import io.dromedary.model.Prices;
import io.dromedary.request.PromptLength;
import io.dromedary.request.RequestFields;

/**
 * What a request will use, about, before it is sent: its prompt, and of its answer what {@code max_tokens} says, up to
 * a bound. What it really uses takes its place afterwards.
 *
 * @param tokens of prompt and answer together
 * @param micros what they cost at the dearest deployment of the model, in millionths of a US dollar
 */
public record Estimate(long tokens, long micros) {

    private static final int BYTES_A_TOKEN = 4;
    /** Longer bodies may hold pictures, whose bytes are no tokens. */
    private static final int SHORT_BYTES = 16 * 1024;
    private static final double MICRO = 1e6;

    /**
     * The estimate for a request.
     *
     * @param body         as it is now, a step may have changed it
     * @param answerTokens how many tokens of the answer are reserved at most, and where the request does not say
     * @param deployments  who may serve it
     */
    public static Estimate of(byte[] body, RequestFields fields, long answerTokens,
            Collection<Deployment> deployments) {
        long prompt = prompt(body, fields);
        long answer = Math.min(answerTokens, asked(fields)) * Math.max(1, fields.choices());
        long dearest = 0;
        for (Deployment deployment : deployments) {
            dearest = Math.max(dearest, micros(deployment.prices(), prompt, answer));
        }
        return new Estimate(prompt + answer, dearest);
    }

    /** What a prompt alone costs a deployment that has had it, and whose answer nobody has waited for. */
    static Estimate ofPrompt(byte[] body, RequestFields fields, Prices prices) {
        long prompt = prompt(body, fields);
        return new Estimate(prompt, micros(prices, prompt, 0));
    }

    /** What it claims of a limit. */
    Claim on(Limit limit) {
        return new Claim(limit, switch (limit.unit()) {
            case REQUESTS, PARALLEL -> 1;
            case TOKENS -> tokens;
            case SPEND -> micros;
        });
    }

    private static long prompt(byte[] body, RequestFields fields) {
        return body.length <= SHORT_BYTES || body != fields.body() ? body.length / BYTES_A_TOKEN
                : PromptLength.leastTokens(body, fields.fields());
    }

    private static long micros(Prices prices, long prompt, long answer) {
        return (long) Math.ceil((prompt * usd(prices.input()) + answer * usd(prices.output()) + usd(prices.request()))
                * MICRO);
    }

    private static double usd(BigDecimal price) {
        return price == null ? 0 : price.doubleValue();
    }

    /** How long the answer may become, as the request says; no bound where it does not. */
    private static long asked(RequestFields fields) {
        long asked = Long.MAX_VALUE;
        for (String name : new String[] {"max_completion_tokens", "max_tokens"}) {
            asked = Math.min(asked, fields.fields().find(name)
                    .map(field -> whole(fields.body(), field)).orElse(Long.MAX_VALUE));
        }
        return asked;
    }

    private static long whole(byte[] body, ObjectFields.Field field) {
        long number = 0;
        for (int at = field.value(); at < field.end(); at++) {
            int digit = body[at] - '0';
            if (digit < 0 || digit > 9 || number > Integer.MAX_VALUE) {
                return Long.MAX_VALUE;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
