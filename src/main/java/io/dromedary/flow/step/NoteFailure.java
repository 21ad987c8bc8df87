package io.dromedary.flow.step;

import org.apache.camel.Exchange;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestRun;
import io.dromedary.client.ClientCall;
import io.dromedary.client.ClientGone;
import io.dromedary.client.Ending;
import io.dromedary.client.FailureKind.Outcome;
import io.dromedary.client.HedgeLost;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.flow.ExchangeProperties;

/**
 * First step after a failed attempt: notes why it failed, and leaves two words by which the route decides.
 * {@code ending} says whether the request goes on: {@value #NEXT}, {@value #ANSWERED}, {@value #CLIENT_LEFT} or
 * {@value #GATEWAY_ERROR}. {@code outcome} says what the failure was, in the words of {@link Outcome}.
 */
public final class NoteFailure extends GatewayStep {

    /** Another deployment may be asked. */
    public static final String NEXT = "next";
    /** The client has its answer, or another attempt of the request gives it. */
    public static final String ANSWERED = "answered";
    /** Nobody waits for an answer. */
    public static final String CLIENT_LEFT = "client-left";
    /** The gateway or a step of a route failed: another deployment would meet the same. */
    public static final String GATEWAY_ERROR = "gateway-error";

    @Override
    public void process(Exchange exchange) {
        Attempt attempt = ExchangeProperties.attempt(exchange);
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (failure != null) {
            attempt.failsBy(failure);
        }
        attempt.close();
        exchange.setProperty(ExchangeProperties.OUTCOME, Outcome.FAILED);
        exchange.setProperty(ExchangeProperties.ENDING,
                ending(exchange, failure, attempt));
    }

    private String ending(Exchange exchange, Exception failure, Attempt attempt) {
        RequestRun run = ExchangeProperties.run(exchange);
        ClientCall call = run.call();
        Ending ending = failure == null ? null : Ending.of(attempt.causeOf(failure));
        if (call.gone() || ending instanceof ClientGone) {
            call.answer().endUnfinished();
            return CLIENT_LEFT;
        }
        if (attempt.lost() || ending instanceof HedgeLost) {
            run.race().stepAside();
            return ANSWERED;
        }
        if (ending == null) {
            // The breaker let nobody pass, or not so many: the deployment was not called.
            run.failed(attempt, gateway().cooldownOf(attempt.deployment()).reason());
            return NEXT;
        }
        if (ending instanceof UpstreamFailed failed) {
            run.failed(attempt, failed);
            exchange.setProperty(ExchangeProperties.OUTCOME, failed.kind().outcome());
        }
        if (answers(run, attempt)
                && (call.answer().contentSent() || call.answer().begun() && !call.answer().opened())) {
            call.answer().endUnfinished();
            return ANSWERED;
        }
        if (run.race().stepAside()) {
            run.events().deploymentGivenUp(attempt);
            return ANSWERED;
        }
        return ending instanceof UpstreamFailed ? NEXT : GATEWAY_ERROR;
    }

    private static boolean answers(RequestRun run, Attempt attempt) {
        Attempt winner = run.race().winner();
        return winner == null || winner == attempt;
    }
}
