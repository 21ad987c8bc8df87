package io.dromedary.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.VertxBuilder;

import io.dromedary.attempt.RequestEvents;
import io.dromedary.client.ApiError;
import io.dromedary.client.Arrival;
import io.dromedary.client.OverdueSteps;
import io.dromedary.dialect.Dialects;
import io.dromedary.settings.SettingFault;
import io.dromedary.settings.Settings;

/**
 * The HTTP server of the packaged app. It outlives the generations: each request goes, at its head, to the one that is
 * active then. HTTP/1.1 only, since JDK clients would upgrade to h2c by themselves and the relay is measured for 1.1.
 */
public final class GatewayServer implements AutoCloseable {

    private static final String HEALTH = "/health";
    /** {@code AdaptiveRecvByteBufAllocator}'s own. */
    private static final int MOST_READ_BYTES = 64 * 1024;

    private final Vertx vertx;
    private final HttpServerOptions options;
    private final int eventLoops;
    private final Admission admission;
    private final Refusals refusals;
    private final InvalidRequests invalid;
    private final List<HttpServer> servers = new ArrayList<>();
    private final ClientConnections connections;
    private final ClientConnections management;
    private final Set<String> publicPaths;
    private volatile List<ServerEndpoint> endpoints = List.of();
    private final AtomicReference<ActiveGeneration> active = new AtomicReference<>();

    /**
     * Prepares a server; it serves nothing before {@link #listen}.
     *
     * @param overdue requests that are answered and still take a thread
     * @param dialects in whose forms clients are refused
     * @param events  who is told of refused requests
     */
    public GatewayServer(Settings settings, OverdueSteps overdue, Dialects dialects, RequestEvents events) {
        int threads = settings.count("gateway.threads");
        int loops = settings.count("gateway.server.event-loops");
        eventLoops = loops > 0 ? loops : Runtime.getRuntime().availableProcessors();
        publicPaths = Set.copyOf(settings.list("gateway.public-paths"));
        admission = new Admission(settings.count("gateway.requests.max"), threads, publicPaths, overdue);
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
                // As much as is read from a socket at most: a body comes in as many pieces as it was read in.
                .setMaxChunkSize(MOST_READ_BYTES)
                .setCompressionSupported(false)
                .setDecompressionSupported(false)
                // No path speaks WebSocket: each request and answer would pass a handler that looks for one.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
        vertx = new VertxBuilder(vertxOptions).executorServiceFactory(RequestThreads.factory()).init().vertx();
        long headMs = settings.number("gateway.server.head-timeout");
        connections = new ClientConnections(vertx, settings.count("gateway.server.connections"),
                settings.count("gateway.server.connections-per-address"), headMs,
                settings.number("gateway.server.max-connection-age"));
        management = new ClientConnections(vertx, Integer.MAX_VALUE, 0, headMs, 0);
        refusals = new Refusals(vertx, settings.flag("gateway.cors"), dialects, events);
        invalid = new InvalidRequests(events);
    }

    /** The Vert.x instance that the generations' routers belong to. */
    public Vertx vertx() {
        return vertx;
    }

    /** How many event loops it has. */
    public int eventLoops() {
        return eventLoops;
    }

    /** From now on, these answer what is theirs, before any route. The server closes them. */
    public void endpoints(List<ServerEndpoint> own) {
        endpoints = List.copyOf(own);
    }

    /** Who answers the request beside the routes; null where it is the routes'. */
    public ServerEndpoint endpointOf(HttpServerRequest request) {
        for (ServerEndpoint endpoint : endpoints) {
            if (endpoint.owns(request)) {
                return endpoint;
            }
        }
        return null;
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

    private void connected(ClientConnections among, HttpConnection connection) {
        if (among.opened(connection)) {
            StrictRequestDecoder.install(connection, options);
        }
    }

    private void handle(HttpServerRequest request) {
        ConnectionTimer connection = connections.of(request.connection());
        if (connection != null) {
            boolean room = !connection.isBeyondBound() || publicPaths.contains(request.path());
            handle(request, connection, room ? null
                    : ApiError.busy("The gateway has as many connections as it may. Try again in a moment", 1));
        }
    }

    private void manage(HttpServerRequest request) {
        ConnectionTimer connection = management.of(request.connection());
        String path = String.valueOf(request.path());
        if (connection != null) {
            boolean here = path.equals(HEALTH) || path.startsWith(HEALTH + "/") || endpointOf(request) != null;
            handle(request, connection, here ? null : ApiError.of(404, "invalid_request_error", "unknown_url", null,
                    "This port has " + HEALTH + " and what the gateway tells its operator alone"));
        }
    }

    private void handle(HttpServerRequest request, ConnectionTimer connection, ApiError noRoom) {
        Arrival.ofHead(request);
        RequestMarks marks = RequestMarks.install(request);
        connection.requestBegins();
        marks.atEnd(connection::requestEnds);
        marks.atEnd(() -> StrictRequestDecoder.answered(request.connection()));
        if (connection.isBeyondBound()) {
            marks.atEnd(() -> request.connection().close());
        }
        if (connection.isOld() || admission.isLeaving()) {
            LastAnswer.follows(request.connection());
        }
        boolean own = endpointOf(request) != null;
        // Who watches it end must still see it.
        ApiError refused = noRoom != null || own ? noRoom : admission.refuseAtEnd(request.path());
        if (refused != null) {
            refusals.refuse(request, refused);
        } else {
            ActiveGeneration generation = enterActive();
            if (!own) {
                marks.atEnd(generation::leave);
            }
            generation.handle(request);
            if (own) {
                generation.leave(); // its answer may go on for hours, and needs no generation
            }
        }
    }

    /**
     * Takes a place for a request whose head is checked, to the end of its answer. One without the key takes none, and
     * what it sends along is thrown away.
     *
     * @return why it is refused, or null
     */
    public ApiError admit(HttpServerRequest request) {
        RequestMarks marks = RequestMarks.of(request);
        if (discardKeyless(request)) {
            return null;
        }
        marks.atEnd(admission::leave);
        return admission.enter(request.path());
    }

    /** Throws away what a request without the key sends along, up to a bound; whether it has none. */
    public boolean discardKeyless(HttpServerRequest request) {
        boolean keyless = RequestMarks.of(request).isKeyless();
        if (keyless) {
            KeylessBody.discard(vertx, request);
        }
        return keyless;
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
        for (int i = 0; i < eventLoops; i++) {
            servers.add(open(connections, this::handle, host, port, "--port"));
        }
    }

    /**
     * Opens a second port for the gateway's health alone. What clients do on the other one does not count there.
     *
     * @throws SettingFault if it cannot be opened
     */
    public void listenForManagement(String host, int port) {
        if (port == port()) {
            // Vert.x would share the connections out between the two.
            throw new SettingFault("gateway.management.port is " + port
                    + ", where the gateway itself listens: name another, or 0 for none");
        }
        open(management, this::manage, host, port, "gateway.management.port");
    }

    private HttpServer open(ClientConnections among, Handler<HttpServerRequest> requests, String host, int port,
            String option) {
        return Listener.open(vertx, vertx.createHttpServer(options)
                .connectionHandler(connection -> connected(among, connection))
                .requestHandler(requests)
                .invalidRequestHandler(invalid), host, port, option);
    }

    /** The port that is open. */
    public int port() {
        return servers.get(0).actualPort();
    }

    /** Requests that may be in flight. */
    public int requestsMost() {
        return admission.most();
    }

    /** Connections of clients now, those of the management's port left out. */
    public int connectionsOpen() {
        return connections.count();
    }

    /**
     * Looks twice a second how late each event loop is.
     *
     * @param reader takes it, in ns; called on the event loop
     */
    public void watchLoops(LongConsumer reader) {
        vertx.nettyEventLoopGroup().forEach(loop -> new LoopWatch(loop, reader).start());
    }

    /** How many requests have had the key so far; may overflow. */
    public int requestsSoFar() {
        return admission.soFar();
    }

    /** Readiness is refused until {@link #ready}. */
    public void notReady() {
        admission.readiness(false);
    }

    /** Readiness is answered from now on. */
    public void ready() {
        admission.readiness(true);
    }

    /** Requests in flight now. */
    public int requestsInFlight() {
        return admission.inFlight();
    }

    /**
     * The gateway is about to end: readiness is refused from now on, requests are served, and answers that have not
     * begun tell clients to close their connections, since a balancer of connections would have kept them here.
     * Returns after {@code ms}, when whoever sends requests here is to have noticed.
     *
     * @param ms how long, in ms
     */
    public void leave(long ms) {
        admission.leaving();
        connections.endWithNextAnswers();
        admission.stay(ms);
    }

    /**
     * Refuses new requests from now on, also readiness, closes the connections that have none, and waits for those in
     * flight.
     *
     * @param ms how long at most, in ms
     * @return whether all have ended
     */
    public boolean drain(long ms) {
        admission.refuse();
        connections.closeIdle();
        return admission.drained(ms);
    }

    @Override
    public void close() {
        endpoints.forEach(ServerEndpoint::close);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
