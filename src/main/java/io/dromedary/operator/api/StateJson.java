package io.dromedary.operator.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.dromedary.breaker.BreakerStatus;
import io.dromedary.generation.GenerationContext;
import io.dromedary.generation.Reloading;
import io.dromedary.model.Catalogue;
import io.dromedary.model.Deployment;
import io.dromedary.model.NamePattern;
import io.dromedary.observe.recent.BreakerChanges;
import io.dromedary.observe.traffic.Measure;
import io.dromedary.observe.traffic.Series;
import io.dromedary.observe.traffic.Traffic;
import io.dromedary.redis.RedisLink;
import io.dromedary.redis.RedisStatus;
import io.dromedary.settings.GatewayVersion;

/** How the gateway and each deployment stand. */
final class StateJson {

    /** What a text that names a file and a line begins with. */
    private static final Pattern PLACE = Pattern.compile("(?s)(\\S[^\\n:]*):(\\d{1,9})(?::\\d+)?: .*");

    private final Observations observed;
    private final long startedAt = System.currentTimeMillis();

    StateJson(Observations observed) {
        this.observed = observed;
    }

    /** All of it. */
    Map<String, Object> all(Serving serving) {
        return new Fields().put("version", GatewayVersion.get()).put("startedAt", startedAt)
                .put("now", System.currentTimeMillis()).put("generation", serving.reloading().generation())
                .put("flowCounts", serving.gateway().settings().flag("gateway.ui.flow-counts"))
                .put("redis", redis(serving.gateway()))
                .put("lastReload", lastReload(serving)).put("totals", totals())
                .put("groups", groups(serving.gateway()))
                .put("breakerChanges", observed.breakers().newestFirst().stream()
                        .map(change -> change(change, serving.gateway())).toList()).map();
    }

    /** How it stands with Redis; null for none. */
    Map<String, Object> redis(GenerationContext gateway) {
        return gateway.redis().map(RedisLink::status).map(status -> redis(status,
                gateway.settings().text("gateway.shared.on-failure"))).orElse(null);
    }

    private static Map<String, Object> redis(RedisStatus status, String onFailure) {
        return new Fields().put("up", status.up()).put("since", Fields.time(status.sinceMs()))
                .put("reason", status.reason()).put("server", status.server()).put("outages", status.outages())
                .put("late", status.late()).put("onFailure", onFailure).map();
    }

    /** How the last reload ended; null before the first. */
    Map<String, Object> lastReload(Serving serving) {
        Reloading.Ended last = serving.reloading().last().orElse(null);
        if (last == null) {
            return null;
        }
        return new Fields().put("at", last.at().toEpochMilli()).put("ok", last.outcome().problems().isEmpty())
                .put("generation", last.outcome().generation())
                .put("problems", last.outcome().problems().stream().map(StateJson::placed).toList())
                .put("warnings", last.outcome().warnings().stream().map(StateJson::placed).toList()).map();
    }

    /** A text with the file and the line that it begins with. */
    static Map<String, Object> placed(String text) {
        Matcher place = PLACE.matcher(text);
        boolean found = place.matches();
        return new Fields().put("text", text).put("file", found ? place.group(1) : null)
                .put("line", found ? Integer.valueOf(place.group(2)) : null).map();
    }

    /** The sums of the last quarter of an hour. */
    Map<String, Object> totals() {
        Series.Span span = observed.traffic().gateway().window();
        return new Fields().put("requests", span.sum(Measure.REQUESTS))
                .put("errors", span.sum(Measure.ERRORS)).put("fallbacks", span.sum(Measure.FALLBACKS))
                .put("gone", span.sum(Measure.GONE)).put("refused", span.sum(Measure.REFUSED))
                .put("inFlight", observed.live().count()).put("streams", observed.live().streams())
                .put("firstTokenP50Ms", span.firstTokenMs(0.5)).put("firstTokenP95Ms", span.firstTokenMs(0.95))
                .put("tokensPerSecond", span.tokensPerSecond()).put("speed", span.speed())
                .put("promptTokens", span.sum(Measure.PROMPT_TOKENS))
                .put("completionTokens", span.sum(Measure.COMPLETION_TOKENS)).put("costUsd", span.costUsd()).map();
    }

    private List<Map<String, Object>> groups(GenerationContext gateway) {
        Catalogue catalogue = gateway.catalogue();
        List<Map<String, Object>> groups = new ArrayList<>();
        for (String name : catalogue.groupNames()) {
            List<Deployment> deployments = catalogue.group(name);
            groups.add(new Fields().put("name", name).put("pattern", NamePattern.isPattern(name))
                    .put("aliases", aliases(catalogue, name, false))
                    .put("hiddenAliases", aliases(catalogue, name, true))
                    .put("mode", mode(deployments)).put("lamp", lampOf(gateway, name))
                    .put("fallbacks", catalogue.fallbacksOf(name))
                    .put("contextWindowFallbacks", catalogue.contextWindowFallbacksOf(name))
                    .put("contentPolicyFallbacks", catalogue.contentPolicyFallbacksOf(name))
                    .put("deployments", deployments.stream().map(each -> deployment(gateway, each, true)).toList())
                    .map());
        }
        return groups;
    }

    private static List<String> aliases(Catalogue catalogue, String group, boolean hidden) {
        return catalogue.aliases().entrySet().stream()
                .filter(alias -> alias.getValue().model().equals(group) && alias.getValue().hidden() == hidden)
                .map(Map.Entry::getKey).sorted().toList();
    }

    private static Object mode(List<Deployment> deployments) {
        return deployments.stream().map(each -> each.info().get("mode")).filter(String.class::isInstance).findFirst()
                .orElse(null);
    }

    /** The lamp of a group: one word for those of its deployments. */
    String lampOf(GenerationContext gateway, String group) {
        Set<String> lamps = gateway.catalogue().group(group).stream().map(each -> lamp(gateway, each))
                .collect(Collectors.toSet());
        boolean away = lamps.contains("open") || lamps.contains("half-open");
        if (!away) {
            return lamps.contains("up") || lamps.contains("disabled") ? "up" : "unknown";
        }
        return lamps.contains("up") || lamps.contains("unknown") ? "degraded" : "open";
    }

    private String lamp(GenerationContext gateway, Deployment deployment) {
        return lamp(gateway.cooldownOf(deployment).status(), observed.traffic().deployment(deployment.id()));
    }

    private static String lamp(BreakerStatus status, Optional<Traffic.OfDeployment> traffic) {
        boolean asked = traffic.map(of -> of.lastAnswerAt() > 0 || of.lastError().isPresent()).orElse(false);
        return switch (status.lamp()) {
            case OPEN, HALF_OPEN, DISABLED -> RequestJson.word(status.lamp());
            case CLOSED -> asked ? "up" : "unknown";
        };
    }

    /**
     * How one deployment stands.
     *
     * @param whole whether what seldom changes is told too
     */
    Map<String, Object> deployment(GenerationContext gateway, Deployment deployment, boolean whole) {
        BreakerStatus status = gateway.cooldownOf(deployment).status();
        Optional<Traffic.OfDeployment> traffic = observed.traffic().deployment(deployment.id());
        Fields fields = new Fields().put("id", deployment.id()).put("group", deployment.group())
                .put("provider", deployment.provider()).put("upstreamModel", deployment.upstreamModel())
                .put("order", deployment.order()).put("source", deployment.source())
                .put("lamp", lamp(status, traffic)).put("open", open(status))
                .put("lastError", traffic.flatMap(Traffic.OfDeployment::lastError).map(StateJson::error).orElse(null))
                .put("lastAnswerAt", traffic.map(of -> Fields.time(of.lastAnswerAt())).orElse(null))
                .put("inFlight", gateway.loads().of(deployment).inFlight());
        window(fields, traffic);
        if (whole) {
            fields.put("learned", learned(gateway, deployment));
        }
        return fields.map();
    }

    private static void window(Fields fields, Optional<Traffic.OfDeployment> traffic) {
        Series series = traffic.flatMap(Traffic.OfDeployment::series).orElse(null);
        if (series == null) { // not asked: nothing; or among too many: not known
            Integer count = traffic.isEmpty() ? 0 : null;
            fields.put("firstTokenP50Ms", null).put("firstTokenP95Ms", null).put("speed", null).put("requests", count)
                    .put("failures", count).put("passedOver", count).put("fallbacks", count)
                    .put("promptTokens", count).put("completionTokens", count).put("costUsd", null);
            return;
        }
        Series.Span span = series.window();
        fields.put("firstTokenP50Ms", span.firstTokenMs(0.5))
                .put("firstTokenP95Ms", span.firstTokenMs(0.95)).put("speed", span.speed())
                .put("requests", span.sum(Measure.REQUESTS)).put("failures", span.sum(Measure.ERRORS))
                .put("passedOver", span.sum(Measure.PASSED_OVER)).put("fallbacks", span.sum(Measure.FALLBACKS))
                .put("promptTokens", span.sum(Measure.PROMPT_TOKENS))
                .put("completionTokens", span.sum(Measure.COMPLETION_TOKENS)).put("costUsd", span.costUsd());
    }

    private static Map<String, Object> open(BreakerStatus status) {
        if (status.lamp() != BreakerStatus.Lamp.OPEN && status.lamp() != BreakerStatus.Lamp.HALF_OPEN) {
            return null;
        }
        return new Fields().put("since", Fields.time(status.since())).put("why", status.why())
                .put("cause", status.kind() == null ? null : new Fields().put("kind", status.kind().name())
                        .put("reason", status.reason()).put("at", status.failedAt()).map())
                .put("triedAgainAt", Fields.time(status.triedAgainAt())).put("probesFailed", status.probesFailed())
                .map();
    }

    private static Map<String, Object> error(Traffic.LastError error) {
        return new Fields().put("at", error.at())
                .put("kind", error.attempt().kind() == null ? null : error.attempt().kind().name())
                .put("counted", error.attempt().kind() != null && error.attempt().kind().counts())
                .put("reason", error.attempt().reason())
                .put("status", error.attempt().toldStatus() == 0 ? null : error.attempt().toldStatus())
                .put("request", error.request()).map();
    }

    private static List<Map<String, Object>> learned(GenerationContext gateway, Deployment deployment) {
        long now = System.currentTimeMillis();
        List<Map<String, Object>> learned = new ArrayList<>();
        gateway.learnedDrops().kept(deployment).forEach(drop -> learned.add(new Fields().put("what", "drop")
                .put("text", drop.change().name() + (drop.change().drops() ? " is left out"
                        : " is sent as " + drop.change().renamedTo()))
                .put("path", drop.call().path()).put("model", drop.call().model()).put("until", now + drop.leftMs())
                .map()));
        gateway.refusals().kept(deployment).forEach(refusal -> learned.add(new Fields().put("what", "refusal")
                .put("text", refusal.need().words()).put("path", null).put("model", refusal.model())
                .put("until", now + refusal.leftMs()).map()));
        return learned;
    }

    /** A change of a breaker. */
    static Map<String, Object> change(BreakerChanges.Change change, GenerationContext gateway) {
        BreakerStatus status = change.status();
        boolean open = status.lamp() == BreakerStatus.Lamp.OPEN;
        return new Fields().put("at", status.since()).put("deployment", change.deployment())
                .put("group", gateway.catalogue().byId(change.deployment()).map(Deployment::group).orElse(null))
                .put("to", RequestJson.word(status.lamp())).put("why", open ? status.why() : null)
                .put("kind", open && status.kind() != null ? status.kind().name() : null)
                .put("reason", open ? status.reason() : null)
                .put("triedAgainAt", open ? Fields.time(status.triedAgainAt()) : null).map();
    }
}
