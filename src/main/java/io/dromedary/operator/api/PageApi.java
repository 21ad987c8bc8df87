package io.dromedary.operator.api;

import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

import io.dromedary.client.ApiError;
import io.dromedary.client.KeyCheck;
import io.dromedary.key.VirtualKey;
import io.dromedary.log.GatewayLog;
import io.dromedary.server.ServerEndpoint;

/**
 * What the page and {@code dromedary top} ask, below {@code /ui/api/}: JSON, with the key, to read only. One thread of
 * its own makes the answers, so that event loops only write them and however many pages there are cost no more than
 * that thread.
 */
public final class PageApi implements ServerEndpoint {

    /** Below which path it answers. */
    public static final String PATH = "/ui/api";

    private static final GatewayLog LOG = GatewayLog.of(PageApi.class);
    private static final int MOST_WAITING = 64;
    private static final int MOST_PAGES = 50;
    private static final long TICK_MS = 1000;

    private final Supplier<Serving> serving;
    private final Observations observed;
    private final PageAnswers answers;
    private final LiveTicks ticks;
    private final LivePages pages = new LivePages(MOST_PAGES);
    private final AtomicInteger waiting = new AtomicInteger();
    private KeyCheck keys;
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> {
        Thread own = new Thread(task, "page-api");
        own.setDaemon(true);
        return own;
    });

    /** @param serving tells what serves at the moment */
    public PageApi(Supplier<Serving> serving, Observations observed) {
        this.serving = serving;
        this.observed = observed;
        StateJson state = new StateJson(observed);
        this.answers = new PageAnswers(observed, state);
        this.ticks = new LiveTicks(observed, state);
        thread.scheduleAtFixedRate(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public boolean owns(HttpServerRequest request) {
        String path = request.path();
        return path != null && (path.equals(PATH) || path.startsWith(PATH + "/"));
    }

    @Override
    public boolean needsKey(HttpServerRequest request) {
        return true;
    }

    @Override
    public ApiError handle(HttpServerRequest request) {
        if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
            request.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
            return ApiError.methodNotAllowed(request.method().name(), request.path());
        }
        String path = request.path().substring(PATH.length());
        Context loop = Vertx.currentContext();
        if (path.equals("/live")) {
            if (!pages.hasRoom()) {
                return ApiError.busy("As many pages listen as may. Close one", 1);
            }
            MultiMap shown = request.headers();
            return later(() -> listenOrTell(request, shown, loop));
        }
        Function<Serving, Map<String, Object>> answer;
        try {
            answer = answers.to(path, request.params());
        } catch (IllegalArgumentException e) {
            return ApiError.badRequest("bad_query", null, "The query of the URL cannot be read");
        }
        return later(() -> {
            Reply reply = reply(answer);
            loop.runOnContext(now -> write(request, reply));
        });
    }

    /** Has the thread do that; an error where it has too much to do already. */
    private ApiError later(Runnable work) {
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            return ApiError.busy("The page's API has too much to answer", 1);
        }
        try {
            thread.execute(() -> {
                waiting.decrementAndGet();
                work.run();
            });
            return null;
        } catch (RejectedExecutionException e) {
            return ApiError.ending();
        }
    }

    /** A status and its body. */
    private record Reply(int status, byte[] body) {
    }

    private Reply reply(Function<Serving, Map<String, Object>> answer) {
        Serving now = serving.get();
        try {
            return new Reply(200, SecretMask.of(now.gateway().config()).json(answer.apply(now)));
        } catch (ApiError error) {
            return new Reply(error.status(), error.envelope());
        } catch (RuntimeException e) {
            LOG.warn("The page could not be answered", e);
            return failed();
        }
    }

    /** Made when it is needed: it has Java load what makes JSON, which a start does without. */
    private static Reply failed() {
        return new Reply(500, ApiError.of(500, "server_error", "internal_error", null,
                "The gateway could not answer this; its log says why").envelope());
    }

    private static void write(HttpServerRequest request, Reply reply) {
        HttpServerResponse response = request.response();
        if (response.closed()) {
            return;
        }
        head(response, "application/json").setStatusCode(reply.status())
                .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(reply.body().length));
        if (request.method() == HttpMethod.HEAD) {
            response.end();
        } else {
            response.end(Buffer.buffer(reply.body()));
        }
    }

    /** No cache keeps it, and a browser that is led to it shows no more than text. */
    private static HttpServerResponse head(HttpServerResponse response, String type) {
        return response.putHeader(HttpHeaders.CONTENT_TYPE, type).putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
                        + "form-action 'none'")
                .putHeader("Referrer-Policy", "no-referrer").putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin");
    }

    private void listenOrTell(HttpServerRequest request, MultiMap shown, Context loop) {
        try {
            listen(request, shown, loop);
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("A live page could not begin", e);
            loop.runOnContext(now -> write(request, failed()));
        }
    }

    private void listen(HttpServerRequest request, MultiMap shown, Context loop) {
        if (request.method() == HttpMethod.HEAD) {
            loop.runOnContext(now -> head(request.response(), "text/event-stream").end());
            return;
        }
        Serving now = serving.get();
        // A reload may have come since the head was looked at.
        KeyCheck.Result key = now.gateway().keys().check(shown::get);
        if (key.key() != VirtualKey.MASTER) {
            ApiError refused = key.key() == null ? key.refused() : ApiError.masterKeyNeeded();
            Reply reply = new Reply(refused.status(), refused.envelope());
            loop.runOnContext(told -> write(request, reply));
            return;
        }
        if (pages.isEmpty()) {
            ticks.begin(now);
        }
        byte[] snapshot = ticks.snapshot(now);
        loop.runOnContext(written -> head(request.response(), "text/event-stream").setChunked(true)
                .putHeader("X-Accel-Buffering", "no"));
        pages.add(request.response(), loop, snapshot, check -> check.check(shown::get).key() == VirtualKey.MASTER);
    }

    private void tick() {
        try {
            if (!pages.isEmpty()) {
                Serving now = serving.get();
                if (now.gateway().keys() != keys) { // each configuration has its own
                    keys = now.gateway().keys();
                    pages.endOthers(keys);
                }
                pages.write(ticks.tick(now));
            }
        } catch (RuntimeException | LinkageError e) { // or no tick would follow
            LOG.warn("Live pages could not be told what has changed", e);
        }
    }

    /** Forgets what was observed of deployments and steps that no longer serve. */
    public void forgetOthers() {
        Serving now = serving.get();
        observed.traffic().keepOnly(now.gateway().catalogue().deployments().stream()
                .map(deployment -> deployment.id()).toList());
        observed.flow().keepOnly(FlowJson.keys(now.flow()));
    }

    @Override
    public void close() {
        thread.shutdownNow();
        pages.close();
    }
}
