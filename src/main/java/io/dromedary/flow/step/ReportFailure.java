package io.dromedary.flow.step;

import java.util.List;
import java.util.OptionalLong;

import org.apache.camel.Exchange;

import io.dromedary.attempt.RequestRun;
import io.dromedary.client.ApiError;
import io.dromedary.client.FailureKind.Fault;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.flow.ExchangeProperties;

/**
 * What the client is told when no deployment is left: the status of the last attempt, and each attempt with its reason.
 * LiteLLM tells the first failure; the last one says what a retry would meet. Nothing is told while another attempt of
 * the request goes on, which will.
 */
public final class ReportFailure extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        RequestRun run = ExchangeProperties.run(exchange);
        if (run.race().stepAside()) {
            return;
        }
        List<RequestRun.Failure> failures = run.failures();
        if (failures.isEmpty() && run.only() != null) {
            throw ApiError.badRequest("no_allowed_deployment", "model", "This request may go to deployments with "
                    + "`model_info." + run.only() + "` only, and none of those that serve the model, or stand in for "
                    + "it, can be asked");
        }
        if (failures.isEmpty()) {
            throw ApiError.of(429, "rate_limit_error", "rate_limit_exceeded", null,
                    "The routing strategy has left no deployment of the model to be asked").retryAfter(1);
        }
        UpstreamFailed last = last(failures);
        if (last.kind().fault() == Fault.REQUEST) {
            // No deployment can do what the request asks for: the client's own answer, in the upstream's words.
            throw ApiError.of(last.status(), last.type(), last.code(), last.param(), last.getMessage());
        }
        String message = (failures.size() == 1 ? "The model could not be reached. " : "No model could be reached, "
                + failures.size() + " attempts failed. ") + run.reasons();
        ApiError error = ApiError.of(status(run, last), last.type(), last.code(), null, message);
        OptionalLong back = run.made() == 0 ? earliest(failures) : last.retryAfterSeconds();
        throw back.isPresent() ? error.retryAfter(back.getAsLong()) : error;
    }

    /**
     * Clients of the other dialects take a 401 or 403 for one about their own key, and end: Claude Code logs out. It is
     * the gateway's key that was refused.
     */
    private static int status(RequestRun run, UpstreamFailed last) {
        boolean ofKey = last.status() == 401 || last.status() == 403;
        return ofKey && run.translation().isPresent() ? 502 : last.status();
    }

    /**
     * What a retry would meet: the last failure, but not what one deployment could not do of the request while another
     * one that could was down.
     */
    private static UpstreamFailed last(List<RequestRun.Failure> failures) {
        for (int i = failures.size() - 1; i >= 0; i--) {
            if (failures.get(i).reason().kind().fault() != Fault.REQUEST) {
                return failures.get(i).reason();
            }
        }
        return failures.get(failures.size() - 1).reason();
    }

    /** Where all were left alone: when the first of them may be back. */
    private static OptionalLong earliest(List<RequestRun.Failure> failures) {
        return failures.stream().map(failure -> failure.reason().retryAfterSeconds())
                .filter(OptionalLong::isPresent).mapToLong(OptionalLong::getAsLong).min();
    }
}
