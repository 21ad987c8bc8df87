package io.dromedary.app;

import java.util.List;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.dromedary.catalogue.Catalogue;
import io.dromedary.catalogue.Deployment;
import io.dromedary.config.GatewayConfig;

/** What an operator sees at start: warnings, the models with their deployments and fallbacks, the address. */
final class StartReport {

    private static final Logger LOG = LoggerFactory.getLogger("dromedary");

    private StartReport() {
    }

    static void print(Gateway gateway, String host) {
        GatewayConfig config = gateway.config();
        gateway.warnings().forEach(warning -> LOG.warn("{}", warning));
        config.notes().forEach(note -> LOG.info("{}", note));
        Catalogue catalogue = config.catalogue();
        catalogue.modelNames().forEach(name -> LOG.info("{}", line(catalogue, name)));
        catalogue.patterns().forEach(pattern -> LOG.info("{}", line(catalogue, pattern)));
        LOG.info("Listening on http://{}:{}", host, gateway.port());
    }

    private static String line(Catalogue catalogue, String name) {
        List<Deployment> serving = catalogue.group(name).isEmpty() ? catalogue.serving(name) : catalogue.group(name);
        String deployments = serving.stream()
                .map(deployment -> deployment.rawModel() + " (" + deployment.source() + ")")
                .collect(Collectors.joining(", "));
        List<String> fallbacks = catalogue.fallbacksOf(name);
        return "Model " + name + ": " + deployments
                + (fallbacks.isEmpty() ? "" : "; then " + String.join(", ", fallbacks));
    }
}
