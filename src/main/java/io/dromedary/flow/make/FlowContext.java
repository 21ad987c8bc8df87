package io.dromedary.flow.make;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.DefaultModel;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.TemplatedRouteDefinition;

/**
 * Camel's context, in which a start does not grow with the square of the deployments. For each route, and twice, Camel
 * gathers the ids of all steps of all routes and looks for the route's own among them: with 1,000 deployments that was
 * two fifths of a start. The steps of a deployment's route have its name before their ids, and the files have been
 * looked through for ids that are there twice; so these routes are looked at one by one, and all others as Camel does.
 */
final class FlowContext extends DefaultCamelContext {

    /** Private, since Camel's command line makes an instance of each class that it can. */
    private FlowContext() {
        super(false);
    }

    /** One that is not built yet, as Camel's {@code Main} makes it. */
    static FlowContext unbuilt() {
        return new FlowContext();
    }

    @Override
    public void startRouteDefinitions(List<RouteDefinition> definitions) throws Exception {
        List<RouteDefinition> others = definitions.stream().filter(each -> each.getNodePrefixId() == null).toList();
        if (!others.isEmpty()) {
            super.startRouteDefinitions(others);
        }
        for (RouteDefinition each : definitions) {
            if (each.getNodePrefixId() != null) {
                super.startRouteDefinitions(List.of(each));
            }
        }
    }

    @Override
    public void addRouteFromTemplatedRoutes(Collection<TemplatedRouteDefinition> templated) throws Exception {
        List<TemplatedRouteDefinition> others = templated.stream().filter(each -> each.getPrefixId() == null).toList();
        super.addRouteFromTemplatedRoutes(others);
        DefaultModel alone = new DefaultModel(this);
        alone.addRouteTemplateDefinitions(getRouteTemplateDefinitions());
        List<RouteDefinition> made = new ArrayList<>();
        for (TemplatedRouteDefinition each : templated) {
            if (each.getPrefixId() != null) {
                alone.addRouteFromTemplatedRoute(each);
                made.addAll(alone.getRouteDefinitions());
                alone.getRouteDefinitions().clear();
            }
        }
        addRouteDefinitions(made);
    }
}
