package io.dromedary.flow.step;

import org.apache.camel.Exchange;

import io.dromedary.attempt.RequestRun;
import io.dromedary.cache.AnswerRecord;
import io.dromedary.cache.CacheUse;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.relay.GoodAnswer;

/**
 * Keeps the answer that the client has got, where {@link CacheLookup} has looked for one: whole, without an error, of
 * the group that was asked. Does nothing for any other.
 */
public final class CacheStore extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        RequestRun run = ExchangeProperties.run(exchange);
        CacheUse use = run == null ? null : run.cacheUse().orElse(null);
        AnswerRecord record = use == null ? null : use.record().orElse(null);
        String type = record == null || run.call().gone() || run.call().cut() != null ? null : record.type();
        if (type == null) {
            return;
        }
        byte[] answer = record.take();
        if (GoodAnswer.is(answer, run.endpoint().answer(), run.fields().stream())) {
            gateway().caching().store(use, answer, type);
        }
    }
}
