package io.dromedary.explain;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import io.dromedary.attempt.Timeouts;
import io.dromedary.config.ConfigPlaces;
import io.dromedary.config.GatewayConfig;
import io.dromedary.findings.Place;
import io.dromedary.json.Json;
import io.dromedary.model.Deployment;
import io.dromedary.model.Need;
import io.dromedary.model.Plan;
import io.dromedary.model.Secret;
import io.dromedary.request.RequestSteering;
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
        deployment.defaultParameters().forEach((name, json) -> line("default",
                name + ": " + shown(json, deployment) + " where the client sends none", parameter(deployment, name)));
        deployment.extraBody().forEach((name, json) -> line("set",
                name + ": " + shown(json, deployment) + ", whatever the client sends",
                parameter(deployment, "extra_body")));
        deployment.alwaysDropped()
                .forEach(name -> line("dropped", name, parameter(deployment, "additional_drop_params")));
        if (deployment.dropParameters()) {
            line("dropped", "a parameter that it calls unsupported, told in x-dromedary-dropped-params",
                    parameter(deployment, "drop_params").or(() -> places.ofSetting("litellm_settings.drop_params")));
        }
        for (Need need : Need.values()) {
            if (!deployment.can(need)) {
                line("cannot", need.words() + "; requests with that go elsewhere (model_info." + need.key() + ")",
                        null);
            }
        }
        if (config.preCallChecks() && deployment.maxInputTokens() > 0) {
            line("window", deployment.maxInputTokens() + " tokens; a longer prompt goes elsewhere",
                    places.ofSetting("router_settings.enable_pre_call_checks"));
        }
        if (deployment.parallel() > 0) {
            line("places", deployment.parallel() + " requests at a time", parameter(deployment, "max_parallel_requests")
                    .or(() -> places.ofSetting("router_settings.default_max_parallel_requests")));
        }
        clocks(deployment);
    }

    /** Without what variables have brought in, which may be a key. */
    private static String shown(String json, Deployment deployment) {
        String shown = json;
        for (Secret secret : deployment.parameterSecrets()) {
            shown = shown.replace(new String(Json.literal(secret.reveal()), StandardCharsets.UTF_8), "\"***\"");
        }
        return shown;
    }

    private void clocks(Deployment deployment) {
        tunable("connect", "gateway.timeout.connect");
        if (stream) {
            clock("first token", "gateway.timeout.first-token", choices(deployment, Timeouts.Source.FOR_A_FIRST_TOKEN));
        } else {
            clock("answer", "gateway.timeout.response", choices(deployment, Timeouts.Source.FOR_A_PLAIN_ANSWER));
        }
        clock("idle", "gateway.timeout.idle",
                List.of(new Choice(deployment.idleMs(), places.ofInfo(deployment, "idle_timeout"))));
    }

    private List<Choice> choices(Deployment deployment, List<Timeouts.Source> order) {
        return order.stream().map(source -> new Choice(
                source.of(deployment, RequestSteering.NONE, config.timeoutMs(), config.streamTimeoutMs()),
                placeOf(source, deployment))).toList();
    }

    private Optional<Place> placeOf(Timeouts.Source source, Deployment deployment) {
        return switch (source) {
            case REQUEST_STREAM_TIMEOUT, REQUEST_TIMEOUT -> Optional.empty();
            case DEPLOYMENT_STREAM_TIMEOUT -> parameter(deployment, "stream_timeout");
            case DEPLOYMENT_TIMEOUT -> parameter(deployment, "timeout");
            case SETTINGS_STREAM_TIMEOUT -> places.ofSetting("router_settings.stream_timeout");
            case SETTINGS_TIMEOUT -> places.ofSetting("router_settings.timeout", "router_settings.request_timeout",
                    "litellm_settings.request_timeout");
        };
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
