package io.dromedary.upstream;

import org.apache.camel.builder.RouteBuilder;

import io.dromedary.catalogue.Deployment;
import io.dromedary.gateway.GatewayContext;

/**
 * Makes one route of the template {@code deployment} for each deployment of the catalogue, with the deployment's own
 * breaker bound under a name of its own. Camel's CLI finds it among the sources.
 */
public final class DeploymentRoutes extends RouteBuilder {

    @Override
    public void configure() {
        GatewayContext gateway = GatewayContext.of(getContext());
        // Added by hand, since Camel's CLI finds no file on the class path that would name it.
        getContext().addComponent(UpstreamComponent.SCHEME, new UpstreamComponent(gateway));
        for (Deployment deployment : gateway.catalogue().deployments()) {
            String name = deployment.routeName();
            bindToRegistry("breaker-" + name, gateway.cooldownOf(deployment).breaker());
            templatedRoute("deployment")
                    .routeId("deployment-" + name)
                    .prefixId(name)
                    .parameter("deployment", name)
                    .parameter("breaker", "breaker-" + name);
        }
    }
}
