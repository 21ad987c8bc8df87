package io.dromedary.observe.trace;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.dromedary.settings.SettingFault;

/**
 * Where spans go, by the variables that OpenTelemetry defines for all programs, and by those of LiteLLM's callback
 * {@code otel} ({@code OTEL_ENDPOINT}, {@code OTEL_HEADERS}).
 *
 * @param endpoint   of a collector, with the path of spans
 * @param headers    to send along; they may hold a key
 * @param gzip       whether what is sent is compressed
 * @param timeoutMs  how long the collector may take, in ms
 * @param resource   what the gateway says of itself, {@code service.name} among it
 * @param sampler    which traces are kept
 * @param queue      how many requests may wait to be sent
 * @param batch      how many are sent at a time
 * @param delayMs    how long the first of them waits, in ms
 * @param notes      what an operator should see at start
 */
record TraceSettings(String endpoint, Map<String, String> headers, boolean gzip, long timeoutMs,
        Map<String, String> resource, TraceSampler sampler, int queue, int batch, long delayMs, List<String> notes) {

    private static final String BASE = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private static final String OF_TRACES = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private static final String OF_LITELLM = "OTEL_ENDPOINT";
    private static final String PATH = "/v1/traces";
    private static final int MOST = 1_000_000;

    /**
     * Reads them; empty where spans go nowhere: no endpoint is named, or they are turned off.
     *
     * @throws SettingFault if one of them has a value that cannot be used
     */
    static Optional<TraceSettings> of(Map<String, String> variables) {
        Variables all = new Variables(variables);
        if (all.text("OTEL_SDK_DISABLED").equalsIgnoreCase("true")
                || all.text("OTEL_TRACES_EXPORTER").equals("none")) {
            return Optional.empty();
        }
        String name = List.of(OF_TRACES, BASE, OF_LITELLM).stream().filter(key -> !all.text(key).isEmpty())
                .findFirst().orElse(null);
        if (name == null) {
            return Optional.empty();
        }
        List<String> notes = new ArrayList<>();
        String protocol = all.first("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL",
                "OTEL_EXPORTER");
        if (!List.of("", "http/protobuf", "otlp_http").contains(protocol)) {
            notes.add("spans are sent by http/protobuf, not by " + protocol
                    + ": a collector takes that on port 4318");
        }
        String sampler = all.text("OTEL_TRACES_SAMPLER");
        return Optional.of(new TraceSettings(endpoint(name, all.text(name)),
                pairs(all.first("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_HEADERS")),
                all.first("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "OTEL_EXPORTER_OTLP_COMPRESSION").equals("gzip"),
                all.number("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", all.number("OTEL_EXPORTER_OTLP_TIMEOUT", 10_000)),
                resource(all),
                TraceSampler.named(sampler.isEmpty() ? "parentbased_always_on" : sampler,
                all.text("OTEL_TRACES_SAMPLER_ARG")).orElseThrow(() -> new SettingFault("OTEL_TRACES_SAMPLER is '"
                + sampler + "' with OTEL_TRACES_SAMPLER_ARG '" + all.text("OTEL_TRACES_SAMPLER_ARG") + "': write "
                + "always_on, always_off or traceidratio, or one of them behind parentbased_, and a share of 0 to 1")),
                (int) all.number("OTEL_BSP_MAX_QUEUE_SIZE", 2048),
                (int) all.number("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 512),
                all.number("OTEL_BSP_SCHEDULE_DELAY", 5000), notes));
    }

    private static String endpoint(String name, String value) {
        try {
            URI uri = new URI(value);
            if (uri.getHost() != null && List.of("http", "https").contains(String.valueOf(uri.getScheme()))) {
                boolean whole = name.equals(OF_TRACES) || name.equals(OF_LITELLM) && value.endsWith(PATH);
                return whole ? value : value.replaceFirst("/+$", "") + PATH;
            }
        } catch (URISyntaxException e) {
            // told below, without the value: it may hold a password
        }
        throw new SettingFault(name + " is no URL that begins with http:// or https://: write that of a collector, "
                + "such as http://localhost:4318");
    }

    private static Map<String, String> resource(Variables all) {
        Map<String, String> resource = new LinkedHashMap<>();
        resource.put("service.name", "dromedary");
        resource.putAll(pairs(all.text("OTEL_RESOURCE_ATTRIBUTES")));
        if (!all.text("OTEL_SERVICE_NAME").isEmpty()) {
            resource.put("service.name", all.text("OTEL_SERVICE_NAME"));
        }
        return resource;
    }

    /** {@code name=value}, with commas between them; values may have percent signs (W3C Baggage). */
    private static Map<String, String> pairs(String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : text.split(",")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                pairs.put(pair.substring(0, equals).strip(), decoded(pair.substring(equals + 1).strip()));
            }
        }
        return pairs;
    }

    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return value;
        }
    }

    /** Variables by their names; an empty one is as one that is not set. */
    private record Variables(Map<String, String> all) {

        String text(String name) {
            return all.getOrDefault(name, "").strip();
        }

        String first(String... names) {
            for (String name : names) {
                if (!text(name).isEmpty()) {
                    return text(name);
                }
            }
            return "";
        }

        long number(String name, long otherwise) {
            String value = text(name);
            if (value.isEmpty()) {
                return otherwise;
            }
            if (!value.matches("[1-9]\\d{0,6}") || Long.parseLong(value) > MOST) {
                throw new SettingFault(name + " is '" + value + "': write a whole number of 1 to " + MOST);
            }
            return Long.parseLong(value);
        }
    }
}
