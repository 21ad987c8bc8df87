package io.dromedary.flow.step;

import org.apache.camel.Exchange;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestRun;
import io.dromedary.client.ApiError;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.flow.ExchangeProperties;

/**
 * Ends the request with the status and the words of the upstream: the request is wrong wherever it is sent. Does
 * nothing where another attempt of the request answers.
 */
public final class AnswerMistake extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        answer(ExchangeProperties.run(exchange), ExchangeProperties.attempt(exchange));
    }

    /** @throws ApiError the answer, unless another attempt of the request answers */
    static void answer(RequestRun run, Attempt attempt) {
        UpstreamFailed failure = attempt.failure();
        if (failure != null && run.race().win(attempt)) {
            throw ApiError.of(failure.status(), failure.type(), failure.code(), failure.param(), failure.getMessage());
        }
    }
}
