package io.dromedary.flow.step;

import java.util.Locale;

import io.vertx.core.http.HttpServerRequest;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

import io.dromedary.client.ApiError;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.form.Form;
import io.dromedary.upstream.HeldBytes;

/**
 * Makes the JSON object of a form's fields the message body, and keeps the form for {@link PrepareUpstreamRequest}. A
 * body that says it is JSON is left as it is: OpenAI takes both for edits of images.
 */
public final class ReadForm extends GatewayStep {

    /** @throws ApiError 400 if the form is broken, 415 for another type, 501 where Camel's own server has read it */
    @Override
    public void process(Exchange exchange) {
        HttpServerRequest request = ExchangeProperties.call(exchange).request();
        String type = request.getHeader("Content-Type");
        if (!Form.isForm(type)) {
            if (type != null && type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
                return;
            }
            throw ApiError.of(415, "invalid_request_error", "unsupported_media_type", null,
                    "This endpoint takes a form with files. Send Content-Type: multipart/form-data");
        }
        Form form = Form.read(ReceivedBody.ofForm(request), type, gateway().limits().requestFields());
        HeldBytes held = new HeldBytes(gateway().memory());
        held.more(form.json().length);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                held.release();
            }
        });
        exchange.setProperty(ExchangeProperties.FORM, form);
        exchange.getMessage().setBody(form.json());
    }
}
