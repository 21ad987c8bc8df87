package io.dromedary.flow.step;

import java.util.OptionalLong;

import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.SynchronizationAdapter;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.Race;
import io.dromedary.attempt.RequestRun;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.time.ClockTimer;

/**
 * Has the plan's next deployment asked too, if a stream has had no token {@code hedge_after_ms} after it was asked for.
 * That attempt goes the same way, on a thread of its own; the first with content answers. Once a request, within
 * {@code gateway.hedge.share}. Off where the model group has no {@code hedge_after_ms}.
 */
public final class Hedge extends GatewayStep {

    private String to = "direct:attempt";
    private volatile ProducerTemplate producer;

    /** @param endpoint where the second attempt begins */
    public void setTo(String endpoint) {
        to = endpoint;
    }

    @Override
    public void process(Exchange exchange) {
        RequestRun run = ExchangeProperties.run(exchange);
        OptionalLong afterMs = gateway().config().hedgeAfterMs(run.plan().stages().get(0).model());
        if (afterMs.isEmpty()) {
            return;
        }
        if (run.race().watch()) {
            run.events().mayBeHedged(run);
            endWith(exchange, run.race());
        }
        // A copy made now: when its time comes, another thread is at work on this one.
        Exchange second = ExchangeHelper.createCorrelatedCopy(exchange, false);
        Attempt first = ExchangeProperties.attempt(exchange);
        ClockTimer.Task armed = gateway().timer().after(afterMs.getAsLong(), () -> start(run, first, second));
        first.atEnd(armed::cancel);
    }

    /** A client may have its answer from elsewhere, such as from a step that failed: nobody then generates on. */
    private static void endWith(Exchange exchange, Race race) {
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                race.end();
            }
        });
    }

    private void start(RequestRun run, Attempt first, Exchange second) {
        if (!run.hasOther() || !gateway().hedging().take() || !run.race().join(first)) {
            return;
        }
        run.events().hedged(run);
        second.setProperty(ExchangeProperties.HEDGE, true);
        second.removeProperty(ExchangeProperties.ATTEMPT); // that is the first's
        run.call().alongside(() -> {
            Object left = null;
            try {
                producer().send(to, second);
                Attempt own = ExchangeProperties.attempt(second);
                if (own != null && run.race().winner() == own) {
                    run.events().hedgeWon(run);
                    left = second.getMessage().getBody();
                }
            } finally {
                run.secondEnds(left);
            }
        });
    }

    private ProducerTemplate producer() {
        if (producer == null) {
            synchronized (this) {
                if (producer == null) {
                    producer = getCamelContext().createProducerTemplate();
                }
            }
        }
        return producer;
    }
}
