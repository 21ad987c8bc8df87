package io.dromedary.observe.trace;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;

import io.dromedary.client.TraceContext;
import io.dromedary.model.Prices;
import io.dromedary.observe.AttemptRecord;
import io.dromedary.observe.RequestRecord;
import io.dromedary.settings.GatewayVersion;

/**
 * Makes spans of records and sends them by OTLP over HTTP. The one class that knows OpenTelemetry: it is loaded where a
 * collector is named, and nowhere else. Used by one thread.
 */
final class OtlpSpans implements Spans {

    private static final String OTHER_METHOD = "_OTHER";
    private static final Set<String> METHODS =
            Set.of("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE");

    /** Held, or its level would be forgotten with it. */
    private static final Logger OWN_LOG = Logger.getLogger("io.opentelemetry");

    private final SpanExporter exporter;
    private final SdkTracerProvider provider;
    private final Tracer tracer;
    private final List<SpanData> made = new ArrayList<>();
    private final long timeoutMs;
    private String nextTrace;
    private String nextSpan;

    /** Ready to send as the settings say. */
    OtlpSpans(TraceSettings settings) {
        OWN_LOG.setLevel(Level.OFF); // what it would log is told by whoever sends
        timeoutMs = settings.timeoutMs();
        exporter = OtlpHttpSpanExporter.builder().setEndpoint(settings.endpoint())
                .setCompression(settings.gzip() ? "gzip" : "none").setHeaders(settings::headers)
                .setTimeout(timeoutMs, TimeUnit.MILLISECONDS).build();
        AttributesBuilder resource = Attributes.builder();
        settings.resource().forEach(resource::put);
        provider = SdkTracerProvider.builder().setResource(Resource.getDefault()
                .merge(Resource.create(resource.build()))).setIdGenerator(new GivenIds())
                .setSampler(Sampler.alwaysOn()).addSpanProcessor(new Collector()).build();
        tracer = provider.get("dromedary", GatewayVersion.get());
    }

    /** The ids that the request and its attempts have had since they began. */
    private final class GivenIds implements IdGenerator {

        @Override
        public String generateSpanId() {
            return nextSpan;
        }

        @Override
        public String generateTraceId() {
            return nextTrace;
        }
    }

    /** Takes each span that is made. */
    private final class Collector implements SpanProcessor {

        @Override
        public void onStart(Context parent, ReadWriteSpan span) {
            // only whole spans are of interest
        }

        @Override
        public boolean isStartRequired() {
            return false;
        }

        @Override
        public void onEnd(ReadableSpan span) {
            made.add(span.toSpanData());
        }

        @Override
        public boolean isEndRequired() {
            return true;
        }
    }

    @Override
    public String send(List<RequestRecord> records, Function<String, String> addresses) {
        made.clear();
        for (RequestRecord record : records) {
            make(record, addresses);
        }
        CompletableResultCode result = exporter.export(List.copyOf(made)).join(timeoutMs * 2, TimeUnit.MILLISECONDS);
        made.clear();
        if (result.isSuccess()) {
            return "";
        }
        Throwable why = result.getFailureThrowable();
        return why == null ? "it does not answer" : String.valueOf(why.getMessage());
    }

    private void make(RequestRecord record, Function<String, String> addresses) {
        TraceContext trace = record.trace();
        nextTrace = trace.traceId();
        nextSpan = trace.spanId();
        Context parent = Context.root();
        if (trace.parentId() != null) {
            parent = parent.with(Span.wrap(SpanContext.createFromRemoteParent(trace.traceId(), trace.parentId(),
                    TraceFlags.getSampled(), TraceState.getDefault())));
        }
        Span server = tracer.spanBuilder(name(record)).setParent(parent).setSpanKind(SpanKind.SERVER)
                .setStartTimestamp(at(record, 0), TimeUnit.NANOSECONDS).startSpan();
        new RequestFields(record).putOn(server);
        if (record.clientGone() || record.status() >= 500 || record.status() < 400 && record.errorCode() != null) {
            server.setStatus(StatusCode.ERROR);
        }
        Context inside = Context.root().with(server);
        for (AttemptRecord attempt : record.attempts()) {
            if (attempt.spanId() == null || !attempt.asked()) {
                server.addEvent("dromedary.passed_over", Attributes.builder()
                        .put(SpanField.DEPLOYMENT.key(), attempt.deployment())
                        .put(SpanField.ERROR.key(), kind(attempt)).build(),
                        at(record, attempt.beganMicros()), TimeUnit.NANOSECONDS);
            } else {
                make(record, attempt, inside, addresses.apply(attempt.deployment()));
            }
        }
        server.end(at(record, record.totalMicros()), TimeUnit.NANOSECONDS);
    }

    private void make(RequestRecord record, AttemptRecord attempt, Context inside, String address) {
        nextSpan = attempt.spanId();
        Span client = tracer.spanBuilder(operation(record) + " " + attempt.upstreamModel()).setParent(inside)
                .setSpanKind(SpanKind.CLIENT)
                .setStartTimestamp(at(record, attempt.beganMicros()), TimeUnit.NANOSECONDS).startSpan();
        put(client, SpanField.OPERATION, operation(record));
        put(client, SpanField.PROVIDER, attempt.provider());
        put(client, SpanField.MODEL, attempt.upstreamModel());
        put(client, SpanField.DEPLOYMENT, attempt.deployment());
        put(client, SpanField.GROUP, attempt.group());
        put(client, SpanField.CHOICE, attempt.choice().name().toLowerCase(Locale.ROOT));
        if (record.stream()) {
            client.setAttribute(SpanField.STREAM.key(), true);
            if (attempt.contentMicros() >= 0) {
                client.setAttribute(SpanField.FIRST_CONTENT.key(),
                        (attempt.contentMicros() - attempt.beganMicros()) / 1e6);
            }
        }
        if (attempt.toldStatus() > 0) {
            client.setAttribute(SpanField.STATUS.key(), (long) attempt.toldStatus());
        }
        putAddress(client, address);
        if (attempt == record.last() && record.usage().told()) {
            putUsage(client, record);
        }
        switch (attempt.outcome()) {
            case FAILED -> {
                put(client, SpanField.ERROR, kind(attempt));
                client.setStatus(StatusCode.ERROR); // the upstream's words are none of a collector's business
            }
            case LOST, CANCELLED -> put(client, SpanField.ERROR, "cancelled");
            default -> { }
        }
        client.end(at(record, attempt.endedMicros()), TimeUnit.NANOSECONDS);
    }

    private static void putUsage(Span client, RequestRecord record) {
        client.setAttribute(SpanField.INPUT.key(), record.usage().prompt());
        client.setAttribute(SpanField.OUTPUT.key(), record.usage().completion());
        client.setAttribute(SpanField.CACHED.key(), record.usage().cached());
        client.setAttribute(SpanField.WRITTEN.key(), record.usage().written());
        client.setAttribute(SpanField.REASONING.key(), record.usage().reasoning());
        if (record.usage().estimated()) {
            client.setAttribute(SpanField.ESTIMATED.key(), true);
        }
    }

    private static void putAddress(Span client, String address) {
        if (address == null) {
            return;
        }
        URI uri = URI.create(address);
        put(client, SpanField.ADDRESS, uri.getHost());
        int port = uri.getPort() > 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
        client.setAttribute(SpanField.PORT.key(), (long) port);
    }

    /** What the span of a request says of it. */
    private record RequestFields(RequestRecord record) {

        void putOn(Span server) {
            put(server, SpanField.METHOD, method(record));
            put(server, SpanField.PATH, record.path());
            put(server, SpanField.CALL, record.id());
            put(server, SpanField.KEY, record.key());
            put(server, SpanField.MODEL, record.model());
            server.setAttribute(SpanField.STATUS.key(), (long) record.status());
            server.setAttribute(SpanField.ATTEMPTS.key(), (long) record.asked());
            put(server, SpanField.ERROR, error());
            if (record.operation() != null) {
                put(server, SpanField.ROUTE, route(record));
                put(server, SpanField.OPERATION, operation(record));
                server.setAttribute(SpanField.OVERHEAD.key(), record.overheadMicros() / 1e6);
            }
            if (record.stream()) {
                server.setAttribute(SpanField.STREAM.key(), true);
            }
            AttemptRecord last = record.last();
            if (last != null) {
                put(server, SpanField.DEPLOYMENT, last.deployment());
                server.setAttribute(SpanField.FALLBACK.key(), (long) last.fallback());
            }
            put(server, SpanField.COST, record.cost() == null ? null : Prices.text(record.cost()));
        }

        private String error() {
            return record.clientGone() ? "client_gone" : record.errorCode() != null ? record.errorCode()
                    : record.status() >= 400 ? String.valueOf(record.status()) : null;
        }
    }

    private static String name(RequestRecord record) {
        String method = method(record);
        String shown = method.equals(OTHER_METHOD) ? "HTTP" : method;
        return record.operation() == null ? shown : shown + " " + route(record);
    }

    /** A client may make up any number of methods; OpenTelemetry has one word for all that HTTP does not name. */
    private static String method(RequestRecord record) {
        return METHODS.contains(record.method()) ? record.method() : OTHER_METHOD;
    }

    /** A path may have the model in it, of which clients may make up any number. */
    private static String route(RequestRecord record) {
        return record.model() == null ? record.path()
                : record.path().replace("/" + record.model() + "/", "/{model}/");
    }

    /** OpenTelemetry has names of its own for some operations. */
    private static String operation(RequestRecord record) {
        return switch (record.operation()) {
            case "completion" -> "text_completion";
            case "embedding" -> "embeddings";
            default -> record.operation();
        };
    }

    private static String kind(AttemptRecord attempt) {
        return attempt.kind() == null ? "passed_over" : attempt.kind().name().toLowerCase(Locale.ROOT);
    }

    private static void put(Span span, SpanField field, String value) {
        if (value != null) {
            span.setAttribute(AttributeKey.stringKey(field.key()), value);
        }
    }

    /** In ns since 1970. */
    private static long at(RequestRecord record, long micros) {
        return TimeUnit.MILLISECONDS.toNanos(record.at()) + TimeUnit.MICROSECONDS.toNanos(micros);
    }

    @Override
    public void close() {
        provider.close();
        exporter.shutdown().join(timeoutMs, TimeUnit.MILLISECONDS);
    }
}
