package io.dromedary.answer;

import java.util.Map;

import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.Attempts;
import io.dromedary.gateway.GatewayStep;
import io.dromedary.request.ClientCall;
import io.dromedary.request.ClientGone;

/**
 * Answers with the error that a step raised, in OpenAI's envelope. What no step meant to raise is a 500 that tells nothing
 * but the call id; the log has the rest. Where an answer has begun, it can only be ended.
 */
public final class AnswerError extends GatewayStep {

    private static final Logger LOG = LoggerFactory.getLogger(AnswerError.class);

    @Override
    public void process(Exchange exchange) {
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        ClientCall call = ClientCall.of(exchange);
        if (call == null) {
            throw new IllegalStateException("The route has no open-call step before the one that failed", failure);
        }
        if (!call.gone() && call.begin()) {
            ApiError error = apiError(failure, exchange, call);
            Map<String, String> headers = AnswerHeaders.timed(
                    AnswerHeaders.of(call, Attempts.of(exchange), gateway().answers()), call);
            headers.put("Content-Type", "application/json");
            if (Attempt.of(exchange) != null) {
                headers.putAll(Attempt.of(exchange).upstreamHeaders());
            }
            error.retryAfterSeconds().ifPresent(seconds -> headers.putIfAbsent("Retry-After", String.valueOf(seconds)));
            call.send(error.status(), headers, error.envelope());
        } else {
            // Made whether it can be told or not: the log tells what was no step's intention.
            ApiError error = apiError(failure, exchange, call);
            if (call.opened() && !call.contentSent() && !call.gone()) {
                // Kept alive by comments: what would have been a status is an event now.
                call.sendsContent();
                byte[] event = ErrorEnvelope.event(error.envelope());
                call.write(event);
            }
            call.end();
        }
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(null);
    }

    /** Answers for a step that does not end though the clock over the whole request has; nothing if an answer has begun. */
    public static void tookTooLong(ClientCall call, AnswerPolicy policy) {
        if (!call.gone() && call.begin()) {
            Map<String, String> headers = AnswerHeaders.timed(AnswerHeaders.of(call, null, policy), call);
            headers.put("Content-Type", "application/json");
            call.send(504, headers, ApiError.of(504, "server_error", "request_timeout", null,
                    "There was no whole answer within " + call.totalMs() + " ms").envelope());
        }
    }

    private static ApiError apiError(Throwable failure, Exchange exchange, ClientCall call) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ApiError error) {
                return error;
            }
            if (cause instanceof ClientGone) {
                return ApiError.of(499, "invalid_request_error", "client_closed_request", null, "The client has left");
            }
        }
        LOG.error("{} failed in {}", call.id(), FailedStep.of(exchange), failure);
        return ApiError.of(500, "server_error", "internal_error", null,
                "The gateway failed. Its log has the reason under the call id " + call.id());
    }
}
