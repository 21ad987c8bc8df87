package io.dromedary.flow.step;

import java.util.function.LongPredicate;

import com.fasterxml.jackson.core.JsonToken;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

import io.dromedary.attempt.RequestRun;
import io.dromedary.cache.CacheControl;
import io.dromedary.cache.CacheUse;
import io.dromedary.cache.CachedAnswer;
import io.dromedary.cache.Caching;
import io.dromedary.cache.Waiting;
import io.dromedary.client.ClientCall;
import io.dromedary.client.ClientKey;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.model.Plan;
import io.dromedary.upstream.HeldBytes;

/**
 * Looks for the answer to a request in the cache. Where there is one, it is the message's body, and the property
 * {@code served} says {@value #FROM_CACHE}; else the request is as before, and its answer may be kept by
 * {@link CacheStore}. Does nothing while the cache is off. A request in a dialect is not looked for: the chat that was
 * made of it lacks a part of what its answer depends on.
 */
public final class CacheLookup extends GatewayStep {

    /** The answer is there already: the third word of {@code served}. */
    public static final String FROM_CACHE = "cache";

    @Override
    public void process(Exchange exchange) {
        Caching caching = gateway().caching();
        RequestRun run = caching.on() ? ExchangeProperties.run(exchange) : null;
        if (run == null || run.translation().isPresent() || ExchangeProperties.form(exchange) != null) {
            return;
        }
        ClientCall call = run.call();
        CacheControl asked = run.fields().steering().cache().and(call.request().headers().getAll("Cache-Control"));
        if (!caching.serves(run.endpoint().name(), asked) || isStoredUpstream(run)) {
            return;
        }
        byte[] body = StepBody.of(exchange);
        exchange.getMessage().setBody(body); // it may have been a stream
        Plan.Stage first = run.plan().stages().get(0);
        CacheUse use = first.fallback() > 0 ? null : caching.use(new Caching.Request(run.endpoint().name(),
                run.plan().model(), first.deployments(), ClientKey.of(call.request()),
                exchange.getProperty(ExchangeProperties.CACHE_VARY, "", String.class), body, asked)).orElse(null);
        if (use != null) {
            lookUp(exchange, caching, run, use, asked);
        }
    }

    private void lookUp(Exchange exchange, Caching caching, RequestRun run, CacheUse use, CacheControl asked) {
        run.uses(use);
        caching.lookUp(use, asked, waitingOf(run.call()), roomUntilEnd(exchange, caching, use));
        run.call().pause(0); // who has left meanwhile needs no answer
        CachedAnswer hit = use.hit().orElse(null);
        if (hit != null) {
            exchange.setProperty(ExchangeProperties.SERVED, FROM_CACHE);
            exchange.getMessage().removeHeaders("*");
            exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, hit.type());
            exchange.getMessage().setBody(hit.body());
        }
    }

    /** What the answer takes until the request has ended; whoever waits for it is told of the end, too. */
    private LongPredicate roomUntilEnd(Exchange exchange, Caching caching, CacheUse use) {
        HeldBytes held = new HeldBytes(gateway().memory());
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                held.end();
                caching.over(use);
            }
        });
        return held::tryMore;
    }

    private static Waiting waitingOf(ClientCall call) {
        return new Waiting() {
            @Override
            public void begin(Runnable end) {
                call.onGone(end);
            }

            @Override
            public void end(Runnable end) {
                call.forget(end);
            }
        };
    }

    /** {@code store: true}: the upstream is to keep it, which an answer from here would not do. */
    private static boolean isStoredUpstream(RequestRun run) {
        return run.fields().fields().find("store").filter(field -> field.kind() == JsonToken.VALUE_TRUE).isPresent();
    }
}
