package io.dromedary.server;

import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.impl.VertxInternal;

import io.dromedary.attempt.RequestEvents;
import io.dromedary.client.ApiError;
import io.dromedary.client.OverdueSteps;
import io.dromedary.settings.SettingFault;
import io.dromedary.settings.Settings;

/**
 * The HTTP server of the packaged app. It outlives the generations: each request goes, at its head, to the one that is
 * active then. HTTP/1.1 only, since JDK clients would upgrade to h2c by themselves and the relay is measured for 1.1.
 */
public final class GatewayServer implements AutoCloseable {

    private static final int SHARED_RANDOM_PORT = -1;

    private final Vertx vertx;
    private final HttpServerOptions options;
    private final int eventLoops;
    private final long headMs;
    private final Admission admission;
    private final Refusals refusals;
    private final InvalidRequests invalid;
    private final List<HttpServer> servers = new ArrayList<>();
    private final Map<HttpConnection, ConnectionTimer> timers = new ConcurrentHashMap<>();
    private final AtomicReference<ActiveGeneration> active = new AtomicReference<>();

    /**
     * Prepares a server; it serves nothing before {@link #listen}.
     *
     * @param overdue requests that are answered and still take a thread
     * @param events  who is told of refused requests
     */
    public GatewayServer(Settings settings, OverdueSteps overdue, RequestEvents events) {
        int threads = settings.count("gateway.threads");
        int loops = settings.count("gateway.server.event-loops");
        eventLoops = loops > 0 ? loops : Runtime.getRuntime().availableProcessors();
        headMs = settings.number("gateway.server.head-timeout");
        admission = new Admission(settings.count("gateway.requests.max"), threads,
                Set.copyOf(settings.list("gateway.public-paths")), overdue);
        VertxOptions vertxOptions = new VertxOptions()
                .setEventLoopPoolSize(eventLoops)
                .setWorkerPoolSize(threads)
                // A stream may take as long as it takes: no warning about a busy thread.
                .setMaxWorkerExecuteTimeUnit(TimeUnit.DAYS)
                .setMaxWorkerExecuteTime(1);
        vertxOptions.getFileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
        options = new HttpServerOptions()
                .setHttp2ClearTextEnabled(false)
                .setMaxHeaderSize(settings.count("gateway.server.max-header-bytes"))
                .setMaxInitialLineLength(settings.count("gateway.server.max-request-line-bytes"))
                .setCompressionSupported(false)
                .setDecompressionSupported(false)
                // No path speaks WebSocket: each request and answer would pass a handler that looks for one.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
        vertx = new VertxBuilder(vertxOptions).executorServiceFactory(RequestThreads.factory()).init().vertx();
        refusals = new Refusals(vertx, settings.flag("gateway.cors"), events);
        invalid = new InvalidRequests(events);
    }

    /** The Vert.x instance that the generations' routers belong to. */
    public Vertx vertx() {
        return vertx;
    }

    /**
     * From now on, requests go to {@code generation}.
     *
     * @param whenOver runs once, when another one has taken over and its last request has ended; on an event loop
     */
    public void activate(Handler<HttpServerRequest> generation, Runnable whenOver) {
        ActiveGeneration before = active.getAndSet(new ActiveGeneration(generation, whenOver));
        if (before != null) {
            before.leave();
        }
    }

    private void connected(HttpConnection connection) {
        StrictRequestDecoder.install(connection, options);
        timers.put(connection, new ConnectionTimer(vertx, connection, headMs, () -> timers.remove(connection)));
    }

    private void handle(HttpServerRequest request) {
        ConnectionTimer timer = timers.get(request.connection());
        RequestMarks marks = RequestMarks.install(request);
        timer.requestBegins();
        marks.atEnd(timer::requestEnds);
        ApiError refused = admission.enter(request.path());
        marks.atEnd(admission::leave);
        if (refused != null) {
            refusals.refuse(request, refused);
        } else {
            ActiveGeneration generation = enterActive();
            marks.atEnd(generation::leave);
            generation.handle(request);
        }
    }

    private ActiveGeneration enterActive() {
        ActiveGeneration generation = active.get();
        while (!generation.enter()) {
            generation = active.get();
        }
        return generation;
    }

    /**
     * Opens the port, on each event loop: connections are shared out among them.
     *
     * @param port 0 for any that is free
     * @throws SettingFault if it cannot be opened: taken, or not allowed. Never is another one taken instead.
     */
    public void listen(String host, int port) {
        try {
            for (int i = 0; i < eventLoops; i++) {
                // To Vert.x, a negative port is a random one that servers share.
                listenOnce(host, port == 0 ? SHARED_RANDOM_PORT : port);
            }
        } catch (CompletionException e) {
            String why = e.getCause() instanceof BindException ? "it is taken by another program" : e.getCause()
                    .getMessage();
            throw new SettingFault("Port " + port + " on " + host + " cannot be opened: " + why
                    + ". Name another with --port");
        }
    }

    private void listenOnce(String host, int port) {
        HttpServer server = vertx.createHttpServer(options)
                .connectionHandler(this::connected)
                .requestHandler(new PipelinedRequests(this::handle))
                .invalidRequestHandler(invalid);
        CompletableFuture<HttpServer> open = new CompletableFuture<>();
        // A server belongs to the event loop that it listens from.
        ((VertxInternal) vertx).createEventLoopContext().runOnContext(go -> server.listen(port, host)
                .onSuccess(open::complete).onFailure(open::completeExceptionally));
        servers.add(open.join());
    }

    /** The port that is open. */
    public int port() {
        return servers.get(0).actualPort();
    }

    /** Requests in flight now. */
    public int requestsInFlight() {
        return admission.inFlight();
    }

    /**
     * Refuses new requests from now on, also readiness, and waits for those in flight.
     *
     * @param ms how long at most, in ms
     * @return whether all have ended
     */
    public boolean drain(long ms) {
        return admission.drain(ms);
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
