package io.dromedary.client;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.impl.ContextInternal;

/**
 * The bytes of a form on their way past Camel, which leaves the body of an exchange empty for a form: it expects that
 * the server has taken it apart (org.apache.camel.component.platform.http.vertx.DefaultHttpRequestBodyHandler).
 */
public final class FormBytes {

    private static final Object KEY = FormBytes.class;

    private FormBytes() {
    }

    /** Keeps the body of that request for {@link #of}, for as long as the request lasts. */
    public static void keep(HttpServerRequest request, Buffer body) {
        context(request).localContextData().put(KEY, body);
    }

    /** The body that was kept; null where the server keeps none, as the one of Camel's own command line does not. */
    public static Buffer of(HttpServerRequest request) {
        return (Buffer) context(request).localContextData().get(KEY);
    }

    private static ContextInternal context(HttpServerRequest request) {
        return (ContextInternal) ((HttpServerRequestInternal) request).context();
    }
}
