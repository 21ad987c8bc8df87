package io.dromedary.explain;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import io.dromedary.config.ConfigPlaces;
import io.dromedary.config.GatewayConfig;
import io.dromedary.findings.Place;
import io.dromedary.model.Deployment;
import io.dromedary.model.Plan;
import io.dromedary.settings.SettingPlaces;

/**
 * What becomes of a request at one deployment: where it goes, which clocks run, what of it changes, each with its
 * place. No key is shown.
 */
final class DeploymentText {

    private final GatewayConfig config;
    private final ConfigPlaces places;
    private final SettingPlaces tunables;
    private final boolean stream;
    private final PrintWriter out;

    DeploymentText(GatewayConfig config, ConfigPlaces places, SettingPlaces tunables, boolean stream, PrintWriter out) {
        this.config = config;
        this.places = places;
        this.tunables = tunables;
        this.stream = stream;
        this.out = out;
    }

    void print(int number, Deployment deployment, Plan.Stage stage) {
        out.printf("  %d. %s at %s  (%s)%n", number, deployment.rawModel(), deployment.baseUrl(), deployment.source());
        line("id", deployment.id(), null);
        line("model", "sent as " + deployment.upstreamModelFor(stage.model()), parameter(deployment, "model"));
        line("key", deployment.apiKey() == null ? "none is sent" : "Authorization: Bearer, from api_key",
                parameter(deployment, "api_key"));
        deployment.extraHeaders().keySet().stream().sorted()
                .forEach(name -> line("header", name + " is sent", parameter(deployment, "extra_headers")));
        deployment.defaultParameters().forEach((name, json) ->
                line("default", name + ": " + json + " where the client sends none", parameter(deployment, name)));
        deployment.extraBody().forEach((name, json) ->
                line("set", name + ": " + json + ", whatever the client sends", parameter(deployment, "extra_body")));
        deployment.alwaysDropped()
                .forEach(name -> line("dropped", name, parameter(deployment, "additional_drop_params")));
        if (deployment.dropParameters()) {
            line("dropped", "a parameter that it calls unsupported, told in x-dromedary-dropped-params",
                    parameter(deployment, "drop_params").or(() -> places.ofSetting("litellm_settings.drop_params")));
        }
        if (deployment.parallel() > 0) {
            line("places", deployment.parallel() + " requests at a time", parameter(deployment, "max_parallel_requests")
                    .or(() -> places.ofSetting("router_settings.default_max_parallel_requests")));
        }
        clocks(deployment);
    }

    private void clocks(Deployment deployment) {
        tunable("connect", "gateway.timeout.connect");
        if (stream) {
            clock("first token", "gateway.timeout.first-token", List.of(
                    new Choice(deployment.streamTimeoutMs(), parameter(deployment, "stream_timeout")),
                    new Choice(deployment.timeoutMs(), parameter(deployment, "timeout")),
                    new Choice(config.streamTimeoutMs(), places.ofSetting("router_settings.stream_timeout")),
                    settingsTimeout()));
        } else {
            clock("answer", "gateway.timeout.response", List.of(
                    new Choice(deployment.timeoutMs(), parameter(deployment, "timeout")), settingsTimeout()));
        }
        tunable("idle", "gateway.timeout.idle");
    }

    private Choice settingsTimeout() {
        return new Choice(config.timeoutMs(),
                places.ofSetting("router_settings.timeout", "router_settings.request_timeout",
                "litellm_settings.request_timeout"));
    }

    /** A value with the place it is from. */
    private record Choice(OptionalLong ms, Optional<Place> place) {
    }

    private void clock(String name, String key, List<Choice> choices) {
        Optional<Choice> set = choices.stream().filter(choice -> choice.ms().isPresent()).findFirst();
        if (set.isEmpty()) {
            tunable(name, key);
            return;
        }
        long most = Long.parseLong(tunables.value("gateway.timeout.max"));
        long ms = set.get().ms().getAsLong();
        if (ms > most) {
            line("clock", name + " " + most + " ms (gateway.timeout.max, for the " + ms + " ms of " + set.get().place()
                    .map(Place::toString).orElse("?")
                    + ")", tunables.place("gateway.timeout.max"));
        } else {
            line("clock", name + " " + ms + " ms", set.get().place());
        }
    }

    private void tunable(String name, String key) {
        line("clock", name + " " + tunables.value(key) + " ms (" + key + ")", tunables.place(key));
    }

    private Optional<Place> parameter(Deployment deployment, String key) {
        return places.ofParameter(deployment, key);
    }

    private void line(String what, String text, Optional<Place> place) {
        out.printf("     %-8s %s%s%n", what, text,
                place == null || place.isEmpty() ? "" : "  (" + place.get().file() + ":" + place.get().line() + ")");
    }
}
