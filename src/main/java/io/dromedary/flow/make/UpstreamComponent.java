package io.dromedary.flow.make;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Map;

import org.apache.camel.Endpoint;
import org.apache.camel.spi.TypeConverterRegistry;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.SimpleTypeConverter;

import io.dromedary.generation.GenerationContext;
import io.dromedary.http.UpstreamPool;
import io.dromedary.json.JsonSlices;
import io.dromedary.model.Deployment;

/**
 * The scheme {@code upstream:}, as in {@code upstream:<deployment>}: a POST to the path of the request's operation
 * under the deployment's base URL, or to the path that the URI names, as in
 * {@code upstream:<deployment>/chat/completions}. All operations of a deployment share its connections. Only within an
 * attempt; no consumer.
 */
public final class UpstreamComponent extends DefaultComponent {

    /** Its name in endpoint URIs. */
    public static final String SCHEME = "upstream";

    private final GenerationContext gateway;

    /** @param gateway whose deployments are called */
    public UpstreamComponent(GenerationContext gateway) {
        this.gateway = gateway;
    }

    /** What is sent upstream stands in the message as slices: whoever asks for its bytes or text is given them. */
    @Override
    protected void doInit() throws Exception {
        super.doInit();
        TypeConverterRegistry converters = getCamelContext().getTypeConverterRegistry();
        converters.addTypeConverter(byte[].class, JsonSlices.class, new SimpleTypeConverter(false,
                (type, exchange, json) -> ((JsonSlices) json).bytes()));
        converters.addTypeConverter(InputStream.class, JsonSlices.class, new SimpleTypeConverter(false,
                (type, exchange, json) -> new ByteArrayInputStream(((JsonSlices) json).bytes())));
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        int slash = remaining.indexOf('/');
        String name = slash < 0 ? remaining : remaining.substring(0, slash);
        Deployment deployment = gateway.catalogue().byRouteName(name);
        if (deployment == null) {
            throw new IllegalArgumentException("No deployment has the route name " + name);
        }
        return new UpstreamEndpoint(uri, this, deployment, slash < 0 ? "" : remaining.substring(slash));
    }

    /** The connections to {@code deployment}, prepared when they are first asked for. */
    UpstreamPool pool(Deployment deployment) {
        return gateway.pool(deployment);
    }
}
