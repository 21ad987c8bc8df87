package io.dromedary.app.command;

import java.util.List;
import java.util.stream.Collectors;

import io.dromedary.app.serve.Gateway;
import io.dromedary.config.GatewayConfig;
import io.dromedary.findings.Rule;
import io.dromedary.log.GatewayLog;
import io.dromedary.model.Catalogue;
import io.dromedary.model.Deployment;

/** What an operator sees at start: warnings, the models with their deployments and fallbacks, the address. */
final class StartReport {

    private static final GatewayLog LOG = GatewayLog.named("dromedary");

    private StartReport() {
    }

    static void print(Gateway gateway, String host) {
        GatewayConfig config = gateway.config();
        // What is not served is told in one line, which stands last, where it is seen.
        gateway.warnings().stream().filter(warning -> warning.rule() != Rule.MODEL_SERVED)
                .forEach(warning -> LOG.warn("{}", GatewayLog.own(warning.toString())));
        config.notes().forEach(note -> LOG.info("{}", GatewayLog.own(note)));
        if (gateway.forgetsBudgets()) {
            LOG.warn("Budgets begin at zero with each start: name a file in gateway.keys.spend-file to keep them");
        }
        Catalogue catalogue = config.catalogue();
        catalogue.modelNames().forEach(name -> LOG.info("{}", GatewayLog.own(line(catalogue, name))));
        catalogue.patterns().forEach(pattern -> LOG.info("{}", GatewayLog.own(line(catalogue, pattern))));
        LOG.info("Listening on http://{}:{}", GatewayLog.own(host), gateway.port());
        config.unserved().summary(catalogue).ifPresent(line -> LOG.warn("{}", GatewayLog.own(line)));
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
