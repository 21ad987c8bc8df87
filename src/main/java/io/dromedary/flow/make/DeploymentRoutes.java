package io.dromedary.flow.make;

import java.util.Map;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.DefaultRegistry;

import io.dromedary.flow.GenerationLookup;
import io.dromedary.generation.GenerationContext;
import io.dromedary.model.Deployment;

/**
 * Makes one route of the template {@code deployment} for each deployment of the catalogue, with the deployment's own
 * breaker as a bean with a name of its own. Camel's CLI finds it among the sources.
 */
public final class DeploymentRoutes extends RouteBuilder {

    @Override
    public void configure() {
        GenerationContext gateway = GenerationLookup.of(getContext());
        // Added by hand, since Camel's CLI finds no file on the class path that would name it.
        getContext().addComponent(UpstreamComponent.SCHEME, new UpstreamComponent(gateway));
        getContext().getRegistry(DefaultRegistry.class).addBeanRepository(new BreakerBeans(gateway));
        for (Deployment deployment : gateway.catalogue().deployments()) {
            Map<String, String> parameters = parameters(deployment.routeName());
            templatedRoute("deployment")
                    .routeId(parameters.get("routeId"))
                    .prefixId(deployment.routeName())
                    .parameter("deployment", parameters.get("deployment"))
                    .parameter("breaker", parameters.get("breaker"));
        }
    }

    /** The parameters of the route of a deployment, by its name in URIs, and with {@code routeId} the route's id. */
    public static Map<String, String> parameters(String routeName) {
        return Map.of("routeId", "deployment-" + routeName, "deployment", routeName, "breaker",
                BreakerBeans.PREFIX + routeName);
    }
}
