package io.dromedary.flow.step;

import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

import io.dromedary.flow.ExchangeProperties;
import io.dromedary.json.ObjectFields;
import io.dromedary.model.Endpoint;
import io.dromedary.request.RequestFields;
import io.dromedary.request.RequestReader;
import io.dromedary.upstream.HeldBytes;

/**
 * Reads model, stream and the like from the body and leaves the body's bytes as the message body. A form that
 * no step has read is refused.
 */
public final class ReadRequest extends GatewayStep {

    /** So many fields are in the price of a request; an ordinary one has fewer. */
    private static final int USUAL_FIELDS = 64;
    /** About how many bytes a field takes while its request lasts, beside its name: entry, place and text. */
    private static final long BYTES_A_FIELD = 256;

    @Override
    public void process(Exchange exchange) {
        byte[] body = ReceivedBody.json(exchange);
        Endpoint endpoint = ExchangeProperties.endpoint(exchange);
        HeldBytes held = new HeldBytes(gateway().memory());
        RequestFields fields;
        try {
            fields = RequestReader.read(body, endpoint, gateway().limits().requestFields(),
                    ExchangeProperties.call(exchange).request()::getHeader, held::more);
            held.less(fields.body() == body ? held.bytes()
                    : held.bytes() - Math.min(held.bytes(), fields.body().length));
            held.more(takes(fields.fields()));
        } catch (RuntimeException | Error e) {
            held.release();
            throw e;
        }
        if (held.bytes() > 0) {
            exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    held.release();
                }
            });
        }
        exchange.setProperty(ExchangeProperties.FIELDS, fields);
        exchange.getMessage().setBody(fields.body());
    }

    /** A body of a few KiB may have a thousand fields, which take far more than its bytes. */
    private static long takes(ObjectFields fields) {
        if (fields.count() <= USUAL_FIELDS) {
            return 0;
        }
        return fields.all().stream().skip(USUAL_FIELDS)
                .mapToLong(field -> BYTES_A_FIELD + (long) Character.BYTES * field.name().length()).sum();
    }
}
