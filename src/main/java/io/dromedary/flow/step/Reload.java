package io.dromedary.flow.step;

import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.camel.Exchange;

import io.dromedary.client.ApiError;
import io.dromedary.client.ClientKey;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.generation.Reloading;

/**
 * {@code POST /reload}: has the files read again. 200 with the generation that serves now and when each file of the
 * configuration was last changed; 422 with everything that is wrong, and nothing is changed. The request itself is the
 * old generation's, which ends after it.
 */
public final class Reload extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        ClientKey.requireMaster(ExchangeProperties.call(exchange).request());
        Reloading reloading = gateway().reloading()
                .orElseThrow(() -> ApiError.of(501, "server_error", "not_supported", null,
                "Only the packaged gateway reloads; restart `camel run`"));
        Reloading.Outcome outcome = reloading.reload();
        if (!outcome.problems().isEmpty()) {
            throw ApiError.of(422, "invalid_request_error", "reload_failed", null,
                    "Nothing was changed. " + Stream.of(outcome.problems(), outcome.warnings()).flatMap(List::stream)
                    .collect(Collectors.joining("; ")));
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("generation", outcome.generation());
        body.put("warnings", outcome.warnings());
        body.put("files", outcome.files().stream().map(Reload::told).toList());
        exchange.getMessage().setBody(body);
    }

    private static Map<String, Object> told(Reloading.ReadFile file) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("file", file.name());
        told.put("last_changed", file.changed().truncatedTo(ChronoUnit.SECONDS).toString());
        return told;
    }
}
