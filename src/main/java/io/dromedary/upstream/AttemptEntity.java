package io.dromedary.upstream;

import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

import io.dromedary.attempt.Attempt;

/**
 * A request body that knows its attempt. It is how the HTTP client, deep in Camel's producer, learns whose clocks to run and
 * who may cancel it: camel-http hands an entity through unchanged (HttpProducer.createRequestEntity).
 */
final class AttemptEntity extends ByteArrayEntity {

    private final Attempt attempt;

    AttemptEntity(byte[] body, Attempt attempt) {
        super(body, ContentType.APPLICATION_JSON.withCharset((String) null));
        this.attempt = attempt;
    }

    Attempt attempt() {
        return attempt;
    }
}
