package io.dromedary.flow.step;

import java.io.InterruptedIOException;
import java.util.OptionalLong;

import org.apache.camel.Exchange;

import io.dromedary.attempt.Attempt;
import io.dromedary.client.FailureKind;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.ledger.LedgerAway;
import io.dromedary.ledger.Standing;

/**
 * First step of a call: takes one of the deployment's places ({@code max_parallel_requests}), for which it waits a
 * moment, and what it needs of its limits ({@code rpm}, {@code tpm}, budgets), where these are enforced; else the next
 * deployment is asked. A llama-server serves few connections at a time. That it is busy is no failure of it.
 */
public final class TakeSlot extends GatewayStep {

    @Override
    public void process(Exchange exchange) throws Exception {
        Attempt attempt = ExchangeProperties.attempt(exchange);
        attempt.cancelByInterrupt();
        Runnable giveBack;
        try {
            giveBack = gateway().loads().of(attempt.deployment()).takeSlot(gateway().limits().slotMs());
        } catch (InterruptedException e) {
            // Not that very exception: Camel takes an exchange with it out of the hands of its routes.
            throw attempt.causeOf(new InterruptedIOException("interrupted"));
        }
        if (giveBack == null) {
            throw new UpstreamFailed(FailureKind.BUSY, "serves as many requests as it may");
        }
        Standing used;
        try {
            used = gateway().deploymentLedger().refuse(attempt, ExchangeProperties.run(exchange),
                    gateway().limits().answerTokens());
        } catch (LedgerAway e) {
            giveBack.run();
            throw new UpstreamFailed(FailureKind.BUSY, "has limits that cannot be looked up now",
                    OptionalLong.of(e.retryAfterSeconds()));
        }
        if (used != null) {
            giveBack.run();
            throw new UpstreamFailed(FailureKind.LIMIT_REACHED, "has used up its " + used.limit().name(),
                    used.waitMs() < 0 ? OptionalLong.empty() : OptionalLong.of((used.waitMs() + 999) / 1000));
        }
        ExchangeProperties.run(exchange).attemptBegins();
        attempt.begins(giveBack);
    }
}
