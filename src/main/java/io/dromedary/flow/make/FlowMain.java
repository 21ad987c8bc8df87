package io.dromedary.flow.make;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;

import io.dromedary.flow.GenerationLookup;
import io.dromedary.generation.GenerationContext;

/**
 * Camel's {@link Main} as the gateway sets it up: what a generation of the packaged app and a check of the files have
 * in common. None opens a port.
 */
public final class FlowMain {

    /** Camel puts each interceptor before those that it has: so those of the first file in the alphabet run first. */
    private static final Comparator<Path> LAST_FIRST =
            Comparator.comparing((Path file) -> file.getFileName().toString()).reversed();

    private FlowMain() {
    }

    /**
     * One with the gateway's routes; nothing is read before it is started.
     *
     * @param gateway    what the steps share
     * @param properties the file of tunables, which the routes' placeholders refer to
     * @param routes     the route files
     */
    public static Main of(GenerationContext gateway, Path properties, List<Path> routes) {
        Main main = bare(properties);
        main.bind(GenerationLookup.NAME, gateway);
        main.addOverrideProperty("camel.main.routesIncludePattern",
                routes.stream().sorted(LAST_FIRST).map(file -> "file:" + file.toAbsolutePath())
                .collect(Collectors.joining(",")));
        main.configure().addRoutesBuilder(new DeploymentRoutes());
        return main;
    }

    /** One without a route: its components are as the tunables have them. */
    public static Main bare(Path properties) {
        Main main = new Main() {
            @Override
            protected CamelContext createCamelContext() {
                FlowContext context = FlowContext.unbuilt();
                context.getCamelContextExtension().setRegistry(registry);
                return context;
            }
        };
        // Its hook for the end of the process would keep each context for ever, and stop those that still serve; the
        // app has its own.
        main.setShutdownStrategy(new SimpleMainShutdownStrategy());
        main.setPropertyPlaceholderLocations("file:" + properties.toAbsolutePath());
        main.addOverrideProperty("camel.main.routesIncludePattern", "false");
        main.bind("http", new BoundedHttpComponent());
        main.bind("https", new BoundedHttpComponent());
        // The server is the app's own; Camel's would open a second port.
        main.addOverrideProperty("camel.server.enabled", "false");
        return main;
    }
}
