package io.dromedary.settings;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tunables of {@code application.properties} that are the gateway's own, each with the form of its value. */
public final class KnownSettings {

    /** A text; a whole number; true or false; one of the words between bars. */
    private static final String TABLE = """
            gateway.routes text
            gateway.config text
            gateway.documentation text
            gateway.server.host text
            gateway.server.port number
            gateway.server.max-header-bytes number
            gateway.server.max-request-line-bytes number
            gateway.server.event-loops number
            gateway.server.head-timeout number
            gateway.server.body-timeout number
            gateway.shutdown.grace number
            gateway.threads number
            gateway.public-paths text
            gateway.cors flag
            gateway.requests.max number
            gateway.request.max-bytes number
            gateway.answer.max-bytes number
            gateway.memory.bytes number
            gateway.stream.hold-bytes number
            gateway.stream.max-event-bytes number
            gateway.timeout.connect number
            gateway.timeout.pool number
            gateway.timeout.slot number
            gateway.timeout.total number
            gateway.timeout.first-token number
            gateway.timeout.response number
            gateway.timeout.idle number
            gateway.timeout.max number
            gateway.timeout.write number
            gateway.retry.first-wait number
            gateway.retry.max-wait number
            gateway.retry.share number
            gateway.hedge.share number
            gateway.upstream.camel-http text
            gateway.upstream.connections number
            gateway.upstream.connection-life number
            gateway.health.timeout number
            gateway.answer.api-base flag
            gateway.answer.upstream-headers text
            gateway.answer.copy number
            gateway.reload.watch flag
            gateway.accept-unenforced text
            camel.resilience4j.slidingWindowType COUNT_BASED|TIME_BASED
            camel.resilience4j.slidingWindowSize number
            camel.resilience4j.minimumNumberOfCalls number
            camel.resilience4j.failureRateThreshold number
            camel.resilience4j.waitDurationInOpenState number
            gateway.breaker.probe models|tcp
            gateway.breaker.max-open number
            camel.resilience4j.permittedNumberOfCallsInHalfOpenState number
            """;
    private static final Map<String, String> FORMS = new LinkedHashMap<>();

    static {
        TABLE.lines().forEach(row -> FORMS.put(row.substring(0, row.indexOf(' ')), row.substring(row.indexOf(' ') + 1)));
    }

    private KnownSettings() {
    }

    /** Their names, in the order of the shipped file. */
    public static Collection<String> names() {
        return FORMS.keySet();
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
            case "flag" -> value.toLowerCase(java.util.Locale.ROOT).matches("true|false") ? "" : "Write true or false";
            default -> value.matches(form) ? "" : "Write " + form.replace("|", " or ");
        };
    }
}
