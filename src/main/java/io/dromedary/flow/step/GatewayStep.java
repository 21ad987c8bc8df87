package io.dromedary.flow.step;

import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Processor;

import io.dromedary.flow.GenerationLookup;
import io.dromedary.generation.GenerationContext;

/**
 * A step that the routes call by its bean's name. Finds what the steps share when it is first used, because beans are
 * made before the configuration is read where Camel's CLI runs the routes.
 */
public abstract class GatewayStep implements Processor, CamelContextAware {

    private CamelContext context;
    private volatile GenerationContext gateway;

    @Override
    public final CamelContext getCamelContext() {
        return context;
    }

    @Override
    public final void setCamelContext(CamelContext camelContext) {
        this.context = camelContext;
    }

    /** What the steps share. */
    protected final GenerationContext gateway() {
        if (gateway == null) {
            gateway = GenerationLookup.of(context);
        }
        return gateway;
    }
}
