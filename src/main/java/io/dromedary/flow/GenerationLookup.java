package io.dromedary.flow;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import io.vertx.core.Vertx;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

import io.dromedary.config.ConfigReader;
import io.dromedary.config.Environment;
import io.dromedary.config.GatewayConfig;
import io.dromedary.generation.GenerationContext;
import io.dromedary.generation.SharedState;
import io.dromedary.model.RoutingStrategy;
import io.dromedary.observe.AccessLog;
import io.dromedary.settings.Settings;

/**
 * Finds what the steps of a Camel context share. The packaged app binds it before the routes are loaded; under Camel's
 * CLI, where nobody does, the first step that asks makes it from the context's properties.
 */
public final class GenerationLookup {

    /** Its name in Camel's registry. */
    public static final String NAME = "gateway";
    private static final String STRATEGY = "routingStrategy";

    private GenerationLookup() {
    }

    /** What the steps of {@code context} share. */
    public static GenerationContext of(CamelContext context) {
        GenerationContext found = context.getRegistry().lookupByNameAndType(NAME, GenerationContext.class);
        if (found != null) {
            return found;
        }
        synchronized (context) {
            GenerationContext again = context.getRegistry().lookupByNameAndType(NAME, GenerationContext.class);
            if (again != null) {
                return again;
            }
            Settings settings = Settings.of(key -> context.getPropertiesComponent().resolveProperty(key));
            GatewayConfig config = ConfigReader.of(settings)
                    .read(Path.of(settings.text("gateway.config")), Environment.ofProcess(Path.of("")));
            GenerationContext made = new GenerationContext(settings, config,
                    SharedState.of(settings, List.of(new AccessLog()), List.of()), null,
                    () -> vertxOf(context));
            made.activate(ownStrategy(context));
            context.getRegistry().bind(NAME, made);
            return made;
        }
    }

    /** The bean {@code routingStrategy} that a team may have in a route file. */
    public static Optional<RoutingStrategy> ownStrategy(CamelContext context) {
        return Optional.ofNullable(context.getRegistry().lookupByNameAndType(STRATEGY, RoutingStrategy.class));
    }

    /** That of Camel's server; where there is none yet, one of its own, which ends with the process. */
    private static Vertx vertxOf(CamelContext context) {
        return context.getRegistry().findByType(VertxPlatformHttpRouter.class).stream().findFirst()
                .map(VertxPlatformHttpRouter::vertx).orElseGet(Vertx::vertx);
    }
}
