package io.dromedary.flow.step;

import java.util.Map;

import org.apache.camel.Exchange;

import io.dromedary.answer.AnswerHeaders;
import io.dromedary.answer.AnswerPolicy;
import io.dromedary.attempt.RequestRun;
import io.dromedary.client.ApiError;
import io.dromedary.client.ClientCall;
import io.dromedary.client.ClientGone;
import io.dromedary.client.Ending;
import io.dromedary.client.FailureKind.Fault;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.log.GatewayLog;

/**
 * Answers with the error that a step raised, in the envelope of the API that the client speaks. What no step meant to
 * raise is a 500 that tells nothing but the call id; the log has the rest. Where an answer has begun, it can only be
 * ended.
 */
public final class AnswerError extends GatewayStep {

    private static final GatewayLog LOG = GatewayLog.of(AnswerError.class);

    @Override
    public void process(Exchange exchange) {
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        ClientCall call = ExchangeProperties.call(exchange);
        if (call == null) {
            throw new IllegalStateException("The route does not begin with platform-http", failure);
        }
        if (!call.gone() && call.answer().begin()) {
            ApiError error = apiError(failure, exchange, call);
            Map<String, String> headers = AnswerHeaders.timed(
                    AnswerHeaders.of(call, ExchangeProperties.run(exchange), gateway().answers()), call);
            headers.put("Content-Type", "application/json");
            if (ExchangeProperties.attempt(exchange) != null) {
                headers.putAll(ExchangeProperties.attempt(exchange).upstreamHeaders());
            }
            if (!error.mendedByRetry() || neverFits(ExchangeProperties.run(exchange))) {
                headers.put("x-should-retry", "false");
            }
            error.retryAfterSeconds().ifPresent(seconds -> headers.putIfAbsent("Retry-After", String.valueOf(seconds)));
            call.answer().send(call.form().status(error), headers, call.form().error(error, call.id()));
        } else {
            // Made whether it can be told or not: the log tells what was no step's intention.
            ApiError error = apiError(failure, exchange, call);
            if (call.answer().opened() && !call.answer().contentSent() && !call.gone()) {
                // Kept alive by comments: what would have been a status is an event now.
                call.answer().sendsContent();
                call.answer().endWith(call.form().errorEvent(error, call.id()));
            } else {
                call.answer().endUnfinished();
            }
        }
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(null);
    }

    /** Whether no deployment can do what the request asks for, whatever the status says. */
    private static boolean neverFits(RequestRun run) {
        return run != null && !run.failures().isEmpty()
                && run.failures().stream().allMatch(failure -> failure.reason().kind().fault() == Fault.REQUEST);
    }

    /**
     * Answers for a step that does not end though the clock over the whole request has; nothing if an answer has begun.
     */
    public static void tookTooLong(ClientCall call, AnswerPolicy policy) {
        if (!call.gone() && call.answer().begin()) {
            Map<String, String> headers = AnswerHeaders.timed(AnswerHeaders.of(call, null, policy), call);
            headers.put("Content-Type", "application/json");
            ApiError error = ApiError.of(504, "server_error", "request_timeout", null,
                    "There was no whole answer within " + call.totalMs() + " ms");
            call.failsWith(error);
            call.answer().send(call.form().status(error), headers, call.form().error(error, call.id()));
        }
    }

    private static ApiError apiError(Throwable failure, Exchange exchange, ClientCall call) {
        ApiError error = toldOf(failure, exchange, call);
        call.failsWith(error);
        return error;
    }

    private static ApiError toldOf(Throwable failure, Exchange exchange, ClientCall call) {
        Ending ending = Ending.of(failure);
        if (ending instanceof ApiError error) {
            return error;
        }
        if (ending instanceof ClientGone) {
            return ApiError.of(ClientCall.CLIENT_CLOSED_REQUEST, "invalid_request_error", "client_closed_request", null,
                    "The client has left");
        }
        LOG.error("{} failed in {}", call.id(), GatewayLog.own(FailedStep.of(exchange)), failure);
        return ApiError.of(500, "server_error", "internal_error", null,
                "The gateway failed. Its log has the reason under the call id " + call.id());
    }
}
