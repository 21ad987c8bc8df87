package io.dromedary.flow.make;

import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

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
     * The path under the deployment's base URL, in its provider's form: the endpoint's own, else {@code asked}, that of
     * what the request asks for.
     */
    String path(String asked) {
        return deployment.form().path(path.isEmpty() ? asked : path);
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
