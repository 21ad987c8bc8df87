package io.dromedary.operator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;

import io.dromedary.client.ApiError;
import io.dromedary.generation.GenerationContext;
import io.dromedary.log.GatewayLog;
import io.dromedary.observe.metrics.MeterBook;
import io.dromedary.server.ServerEndpoint;

/**
 * {@code GET /metrics} and {@code GET /metrics/}, in Prometheus' text format; LiteLLM sends scrapers from one to the
 * other, and some do not follow. Written on a worker, since thousands of series take some ms, and kept for a second:
 * several scrapers cost as much as one.
 */
public final class MetricsEndpoint implements ServerEndpoint {

    private static final GatewayLog LOG = GatewayLog.of(MetricsEndpoint.class);
    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final String OPEN = "gateway.metrics.open";

    private final Vertx vertx;
    private final MeterBook book;
    private final GatewaySources of;
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    private boolean withJvm;
    private byte[] page;
    private long madeAt;

    /** @param book what is told; what the gateway knows of itself is added to it */
    public MetricsEndpoint(Vertx vertx, MeterBook book, GatewaySources of) {
        this.vertx = vertx;
        this.book = book;
        this.of = of;
        describe(book, of);
    }

    /** Adds to the book what is read when the metrics are. */
    public static void describe(MeterBook book, GatewaySources of) {
        GatewayGauges.register(book, of);
        DeploymentGauges.register(book, of);
        KeyGauges.register(book, of);
        AbsentGauges.register(book);
        RedisGauges.register(book, of);
    }

    @Override
    public boolean owns(HttpServerRequest request) {
        String path = request.path();
        return path != null && (path.equals("/metrics") || path.equals("/metrics/"))
                && request.method() != HttpMethod.OPTIONS;
    }

    @Override
    public boolean needsKey(HttpServerRequest request) {
        GenerationContext now = of.active().get();
        return now.config().metricsNeedKey().orElseGet(() -> !now.settings().flag(OPEN));
    }

    @Override
    public ApiError handle(HttpServerRequest request) {
        if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
            return ApiError.methodNotAllowed(request.method().name(), request.path());
        }
        vertx.executeBlocking(this::page, false).onComplete(made -> answer(request, made.result(), made.cause()));
        return null;
    }

    private static void answer(HttpServerRequest request, byte[] page, Throwable failure) {
        if (request.response().closed()) {
            return;
        }
        if (failure != null) {
            LOG.error("The metrics could not be told", failure);
            request.response().setStatusCode(500).end();
            return;
        }
        request.response().putHeader(HttpHeaders.CONTENT_TYPE, PrometheusTextFormatWriter.CONTENT_TYPE)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(page.length));
        request.response().end(request.method() == HttpMethod.HEAD ? Buffer.buffer() : Buffer.buffer(page));
    }

    private synchronized byte[] page() {
        if (!withJvm) {
            // Not at the start, which it would make longer.
            JvmMetrics.builder().register(book.registry());
            withJvm = true;
        }
        if (page == null || System.nanoTime() - madeAt > KEPT_NANOS) {
            ByteArrayOutputStream out = new ByteArrayOutputStream(page == null ? 64 * 1024 : page.length + 1024);
            try {
                writer.write(out, book.registry().scrape(), EscapingScheme.DEFAULT);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            page = out.toByteArray();
            madeAt = System.nanoTime();
        }
        return page;
    }
}
