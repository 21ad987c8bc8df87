package io.dromedary.settings;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The tunables of {@code application.properties} that are the gateway's own, each with the form of its value. */
public final class KnownSettings {

    /**
     * A text; a whole number; true or false; one of the words between bars. Those of "start" are read once, for what
     * outlives a reload.
     */
    private static final String TABLE = """
            gateway.routes text start
            gateway.config text
            gateway.documentation text
            gateway.server.host text start
            gateway.server.port number start
            gateway.server.max-header-bytes number start
            gateway.server.max-request-line-bytes number start
            gateway.server.event-loops number start
            gateway.server.head-timeout number start
            gateway.server.body-timeout number
            gateway.server.body-total number
            gateway.server.body-rate number
            gateway.server.connections number start
            gateway.server.connections-per-address number start
            gateway.server.max-connection-age number start
            gateway.management.port number start
            gateway.shutdown.delay number start
            gateway.shutdown.grace number start
            gateway.threads number start
            gateway.public-paths text
            gateway.operator-paths text
            gateway.keys.answer-tokens number
            gateway.keys.spend-file text start
            gateway.cors flag
            gateway.requests.max number start
            gateway.request.max-bytes number
            gateway.request.max-fields number
            gateway.answer.max-bytes number
            gateway.memory.bytes number start
            gateway.cache.bytes number start
            gateway.cache.entries number start
            gateway.cache.longest number start
            gateway.cache.wait number start
            gateway.cache.waiting number start
            gateway.stream.hold-bytes number
            gateway.stream.max-event-bytes number
            gateway.timeout.connect number
            gateway.timeout.pool number
            gateway.timeout.slot number
            gateway.timeout.total number
            gateway.timeout.first-token number
            gateway.timeout.response number
            gateway.timeout.body number
            gateway.timeout.idle number
            gateway.timeout.max number
            gateway.timeout.write number
            gateway.dialect.keep-alive number
            gateway.dialect.reasoning-history drop|keep start
            gateway.responses.store.items number start
            gateway.responses.store.bytes number start
            gateway.responses.store.age number start
            gateway.retry.first-wait number
            gateway.retry.max-wait number
            gateway.retry.share number start
            gateway.hedge.share number start
            gateway.upstream.connections number
            gateway.upstream.connection-life number
            gateway.health.timeout number
            gateway.answer.api-base flag
            gateway.answer.upstream-headers text
            gateway.answer.copy number
            gateway.log.format auto|json|text start
            gateway.metrics.open flag
            gateway.rehearsal.cpu number start
            gateway.rehearsal.readiness flag start
            gateway.reload.watch flag
            gateway.usage.ask-streams flag
            gateway.usage.file text start
            gateway.shared.on-failure local|open|closed start
            gateway.shared.namespace text start
            gateway.shared.timeout number start
            gateway.shared.lease number start
            gateway.accept-unenforced text
            gateway.unserved skip|refuse
            gateway.ui flag start
            gateway.ui.flow-counts flag
            camel.resilience4j.slidingWindowType COUNT_BASED|TIME_BASED start
            camel.resilience4j.slidingWindowSize number start
            camel.resilience4j.minimumNumberOfCalls number start
            camel.resilience4j.failureRateThreshold number start
            camel.resilience4j.waitDurationInOpenState number start
            gateway.breaker.probe models|tcp
            gateway.breaker.max-open number start
            gateway.breaker.trickle number start
            gateway.breaker.unproven number start
            camel.resilience4j.permittedNumberOfCallsInHalfOpenState number start
            """;
    private static final Map<String, String> FORMS = new LinkedHashMap<>();
    private static final List<String> READ_AT_START = new ArrayList<>();

    static {
        TABLE.lines().map(row -> row.split(" ")).forEach(cells -> {
            FORMS.put(cells[0], cells[1]);
            if (cells.length > 2) {
                READ_AT_START.add(cells[0]);
            }
        });
    }

    private KnownSettings() {
    }

    /** Their names, in the order of the shipped file. */
    public static Collection<String> names() {
        return FORMS.keySet();
    }

    /** Those that are read once, for what outlives a reload: a change takes a restart. */
    public static List<String> readAtStart() {
        return List.copyOf(READ_AT_START);
    }

    /**
     * What to write for {@code key}; empty where {@code value} will do.
     *
     * @param key one of {@link #names}
     */
    public static String mend(String key, String value) {
        String form = FORMS.get(key);
        return switch (form) {
            case "text" -> "";
            case "number" -> value.matches("\\d{1,18}") ? "" : "Write a whole number that is not negative";
            case "flag" -> value.toLowerCase(Locale.ROOT).matches("true|false") ? "" : "Write true or false";
            default -> value.matches(form) ? "" : "Write " + form.replace("|", " or ");
        };
    }
}
