package io.dromedary.flow.make;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

import io.dromedary.attempt.Attempt;
import io.dromedary.http.UpstreamRequest;
import io.dromedary.model.Deployment;

/** One path under the base URL of one deployment, or all of its operations. */
final class UpstreamEndpoint extends DefaultEndpoint {

    private final UpstreamComponent component;
    private final Deployment deployment;
    private final String path;

    UpstreamEndpoint(String uri, UpstreamComponent component, Deployment deployment, String path) {
        super(uri, component);
        this.component = component;
        this.deployment = deployment;
        this.path = path;
    }

    @Override
    public Producer createProducer() {
        return new UpstreamProducer(this, component.pool(deployment));
    }

    /**
     * The request for the path under the deployment's base URL, in its provider's form: the endpoint's own path, else
     * that of what the request asks for.
     */
    UpstreamRequest request(Attempt attempt, Map<String, String> headers, List<ByteBuffer> body) {
        if (!path.isEmpty() || attempt.asSent().isPresent()) {
            String own = path.isEmpty() ? attempt.asSent().get().path() : path;
            return new UpstreamRequest("POST", deployment.form().path(own), headers, body);
        }
        io.dromedary.model.Endpoint asked = attempt.endpoint();
        String of = asked.place().underRoot() ? asked.upstreamPath() : deployment.form().path(asked.upstreamPath());
        if (!asked.place().read()) {
            return new UpstreamRequest("POST", of, asked.place().underRoot(), headers, body);
        }
        headers.remove("Content-Type");
        return new UpstreamRequest("GET", of + (of.contains("?") ? "&" : "?") + "model="
                + URLEncoder.encode(attempt.hop().upstreamModel(), StandardCharsets.UTF_8),
                asked.place().underRoot(), headers, List.of());
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("Nothing comes from an upstream by itself");
    }

    @Override
    public boolean isSingleton() {
        return true;
    }
}
