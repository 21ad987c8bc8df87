package io.dromedary.flow.step;

import java.util.Map;

import org.apache.camel.Exchange;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestRun;
import io.dromedary.breaker.Cooldown;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.upstream.HeldBytes;

/**
 * Takes the next deployment of the request's plan and leaves a word for what is to be done with it in the property
 * {@code planned}: {@value #ASK}, {@value #ASK_HEDGED}, {@value #PASS_OVER} or {@value #NONE}. Gives each attempt the
 * body as it was before the first.
 */
public final class NextAttempt extends GatewayStep {

    /** The deployment is to be asked. */
    public static final String ASK = "ask";
    /** The deployment is to be asked, and a second one too if this one is late. */
    public static final String ASK_HEDGED = "ask-hedged";
    /** The deployment's breaker is open: it would refuse the attempt, but on a way of as many steps as a call has. */
    public static final String PASS_OVER = "pass-over";
    /** No deployment is left. */
    public static final String NONE = "none";

    @Override
    public void process(Exchange exchange) {
        RequestRun run = ExchangeProperties.run(exchange);
        if (!run.bodyKept()) {
            run.keepBody(StepBody.of(exchange));
        }
        Attempt attempt = next(exchange, run);
        if (attempt == null) {
            exchange.removeProperty(ExchangeProperties.DEPLOYMENT);
            exchange.setProperty(ExchangeProperties.PLANNED, NONE);
            return;
        }
        exchange.setProperty(ExchangeProperties.ATTEMPT, attempt);
        Cooldown cooldown = gateway().cooldownOf(attempt.deployment());
        if (cooldown.open() && !cooldown.letsThrough(nobodyElse(run, attempt))) {
            exchange.setProperty(ExchangeProperties.PLANNED, PASS_OVER);
            return;
        }
        // What the client asked to be sent to this fallback in place of its own, before steps of a route author's see
        // it.
        exchange.getMessage().setBody(body(run, attempt));
        // A header for one upstream may be its key, and the next attempt has another upstream.
        // Not by a pattern: Camel would compile it once for each property, a tenth of a whole request.
        exchange.getProperties().keySet().removeIf(name -> name.startsWith(ExchangeProperties.UPSTREAM_HEADER));
        exchange.setProperty(ExchangeProperties.DEPLOYMENT, attempt.deployment().routeName());
        if (keepsAlive(run, attempt)) {
            exchange.setProperty(ExchangeProperties.KEEP_ALIVE, "true");
        } else {
            exchange.removeProperty(ExchangeProperties.KEEP_ALIVE);
        }
        exchange.setProperty(ExchangeProperties.PLANNED, mayHedge(exchange, run) ? ASK_HEDGED : ASK);
    }

    private byte[] body(RequestRun run, Attempt attempt) {
        Map<String, String> overrides = attempt.hop().stage().overrides();
        if (!overrides.isEmpty()) {
            HeldBytes held = new HeldBytes(gateway().memory());
            held.more(run.body().length);
            attempt.atEnd(held::release);
        }
        return StepBody.with(overrides, run.body());
    }

    /**
     * Whether nobody but this deployment could answer: none is left after it, and none before it has failed by a fault
     * of its own.
     */
    private static boolean nobodyElse(RequestRun run, Attempt attempt) {
        return !attempt.hop().retry() && !run.race().hedged() && !run.hasOther()
                && run.failures().stream().noneMatch(failure -> failure.reason().counts());
    }

    private boolean keepsAlive(RequestRun run, Attempt attempt) {
        return attempt.stream() && gateway().keepAliveMs(run, attempt.deployment()) > 0;
    }

    private boolean mayHedge(Exchange exchange, RequestRun run) {
        return run.fields().stream() && !gateway().config().hedgeAfterMs().isEmpty() && !run.race().hedged()
                && gateway().config().hedgeAfterMs(run.plan().stages().get(0).model()).isPresent();
    }

    private Attempt next(Exchange exchange, RequestRun run) {
        if (run.call().cut() != null) {
            throw run.cutShort();
        }
        Attempt before = ExchangeProperties.attempt(exchange);
        Attempt attempt =
                run.advance(gateway().timeouts(), deployment -> gateway().cooldownOf(deployment).leftAloneMs());
        if (before != null && (attempt == null || attempt.deployment() != before.deployment())) {
            run.events().deploymentGivenUp(before);
        }
        return attempt;
    }
}
