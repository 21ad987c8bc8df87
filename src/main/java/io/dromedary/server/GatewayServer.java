package io.dromedary.server;

import java.net.BindException;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.VertxBuilder;

import io.dromedary.answer.ApiError;
import io.dromedary.settings.SettingFault;
import io.dromedary.settings.Settings;

/**
 * The HTTP server of the packaged app. It outlives the generations: each request goes, at its head, to the one that is
 * active then. HTTP/1.1 only, since JDK clients would upgrade to h2c by themselves and the relay is measured for 1.1.
 */
public final class GatewayServer implements AutoCloseable {

    /** On Java 17 a request holds a thread of the pool; so many are left for paths that are always served. */
    private static final int THREADS_FOR_HEALTH = 16;

    private final Vertx vertx;
    private final HttpServer server;
    private final AtomicReference<Handler<HttpServerRequest>> active = new AtomicReference<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final int mostInFlight;
    private final Set<String> alwaysServed;
    private final Refusals refusals;

    /** Prepares a server; it serves nothing before {@link #listen}. */
    public GatewayServer(Settings settings) {
        int threads = settings.count("gateway.threads");
        int most = settings.count("gateway.requests.max");
        mostInFlight = RequestThreads.virtual() ? most : Math.min(most, threads - THREADS_FOR_HEALTH);
        alwaysServed = Set.copyOf(settings.list("gateway.public-paths"));
        VertxOptions options = new VertxOptions()
                .setWorkerPoolSize(threads)
                // A stream may take as long as it takes: no warning about a busy thread.
                .setMaxWorkerExecuteTimeUnit(TimeUnit.DAYS)
                .setMaxWorkerExecuteTime(1);
        options.getFileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
        vertx = new VertxBuilder(options).executorServiceFactory(RequestThreads.factory()).init().vertx();
        refusals = new Refusals(vertx, settings.flag("gateway.cors"));
        server = vertx.createHttpServer(new HttpServerOptions()
                .setHttp2ClearTextEnabled(false)
                .setMaxHeaderSize(settings.count("gateway.server.max-header-bytes"))
                .setMaxInitialLineLength(settings.count("gateway.server.max-request-line-bytes"))
                .setCompressionSupported(false)
                .setDecompressionSupported(false));
        server.requestHandler(this::handle);
        server.invalidRequestHandler(InvalidRequests.INSTANCE);
    }

    /** The Vert.x instance that the generations' routers belong to. */
    public Vertx vertx() {
        return vertx;
    }

    /** From now on, requests go to {@code generation}. */
    public void activate(Handler<HttpServerRequest> generation) {
        active.set(generation);
    }

    private void handle(HttpServerRequest request) {
        int now = inFlight.incrementAndGet();
        ResponseEnd.install(request);
        ResponseEnd.after(request, inFlight::decrementAndGet);
        if (now > mostInFlight && !alwaysServed.contains(request.path())) {
            refusals.refuse(request, ApiError.busy("The gateway serves as many requests as it may. Try again in a moment", 1));
        } else {
            active.get().handle(request);
        }
    }

    /**
     * Opens the port.
     *
     * @throws SettingFault if it cannot be opened: taken, or not allowed. Never is another one taken instead.
     */
    public void listen(String host, int port) {
        try {
            server.listen(port, host).toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException e) {
            String why = e.getCause() instanceof BindException ? "it is taken by another program" : e.getCause().getMessage();
            throw new SettingFault("Port " + port + " on " + host + " cannot be opened: " + why
                    + ". Name another with --port");
        }
    }

    /** The port that is open. */
    public int port() {
        return server.actualPort();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
