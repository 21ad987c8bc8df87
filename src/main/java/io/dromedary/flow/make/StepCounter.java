package io.dromedary.flow.make;

import java.util.function.UnaryOperator;

import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.InterceptDefinition;
import org.apache.camel.model.InterceptSendToEndpointDefinition;
import org.apache.camel.model.OnCompletionDefinition;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.spi.WrapAwareProcessor;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

import io.dromedary.client.Ending;
import io.dromedary.client.GatewayFailed;
import io.dromedary.observe.flow.FlowCounts;

/**
 * Counts how often each step of the routes is taken, a team's own steps too. The count of a step is found when its
 * route is made: a request pays for the counting alone, and an asynchronous step stays one.
 */
public final class StepCounter implements InterceptStrategy {

    private final FlowCounts counts;
    private final UnaryOperator<String> templates;
    /** Routes are made one after the other. Camel does not say to which a step in a branch of a fallback belongs. */
    private RouteDefinition making;

    /**
     * @param counts    where they are kept
     * @param templates the template of a route, by the ids; the route itself where it is written out
     */
    public StepCounter(FlowCounts counts, UnaryOperator<String> templates) {
        this.counts = counts;
        this.templates = templates;
    }

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode node, Processor target,
            Processor next) {
        RouteDefinition found = ProcessorDefinitionHelper.getRoute(node);
        making = found == null ? making : found;
        RouteDefinition route = making;
        boolean shared = isShared(node);
        if (route == null && !shared) {
            return target;
        }
        String owner = shared ? FlowCounts.SHARED : templates.apply(route.getRouteId());
        FlowCounts.StepCount count = counts.of(FlowCounts.key(owner, nameOf(node, route)));
        return isLast(node) ? new CountedStep(target, count) : new CountedWay(target, count);
    }

    /** Whether it stands in a route configuration, of which each route has a copy. */
    private static boolean isShared(NamedNode node) {
        for (NamedNode at = node; at != null; at = at.getParent()) {
            if (at instanceof OnExceptionDefinition || at instanceof InterceptDefinition
                    || at instanceof InterceptSendToEndpointDefinition || at instanceof OnCompletionDefinition) {
                return true;
            }
        }
        return false;
    }

    /** Its id in the file, else the line that it stands in. */
    private static String nameOf(NamedNode node, RouteDefinition route) {
        boolean named = node instanceof OptionalIdentifiedDefinition<?> step && step.hasCustomIdAssigned();
        // Camel counts the lines of YAML from 0.
        return named ? idInFile(node, route) : FlowCounts.line(node.getLineNumber() + 1);
    }

    /** A template's prefix is put before the ids of its steps, so that each is there once. */
    private static String idInFile(NamedNode node, RouteDefinition route) {
        String prefix = route == null ? null : route.getNodePrefixId();
        return prefix != null && node.getId().startsWith(prefix) ? node.getId().substring(prefix.length())
                : node.getId();
    }

    /** Whether it does something itself: what fails in a step inside another one is that step's. */
    private static boolean isLast(NamedNode node) {
        return node instanceof ProcessorDefinition<?> step && step.getOutputs().isEmpty()
                && !(step instanceof ToDefinition to && String.valueOf(to.getUri()).startsWith("direct:"))
                && !(step instanceof ToDynamicDefinition way && String.valueOf(way.getUri()).startsWith("direct:"));
    }

    /** Says itself which step it counts: Camel would put one more object around each for that. */
    private abstract static class Counted extends DelegateAsyncProcessor implements WrapAwareProcessor {

        Counted(Processor target) {
            super(target);
        }

        @Override
        public Processor getWrapped() {
            return getProcessor();
        }
    }

    /** Counts what leads to other steps. */
    private static final class CountedWay extends Counted {

        private final FlowCounts.StepCount count;

        CountedWay(Processor target, FlowCounts.StepCount count) {
            super(target);
            this.count = count;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            count.takes();
            return super.process(exchange, callback);
        }
    }

    /** Counts a step and how it ends. */
    private static final class CountedStep extends Counted {

        private final FlowCounts.StepCount count;

        CountedStep(Processor target, FlowCounts.StepCount count) {
            super(target);
            this.count = count;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            count.takes();
            return super.process(exchange, sync -> {
                Exception failure = exchange.getException();
                if (failure != null) {
                    count.throwsOne(Ending.of(failure) instanceof GatewayFailed);
                }
                callback.done(sync);
            });
        }
    }
}
