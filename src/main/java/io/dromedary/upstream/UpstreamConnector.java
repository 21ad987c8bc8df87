package io.dromedary.upstream;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.impl.HttpChannelConnector;
import io.vertx.core.http.impl.HttpClientConnection;
import io.vertx.core.http.impl.HttpClientImpl;
import io.vertx.core.impl.CloseFuture;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.NetClientImpl;
import org.apache.hc.core5.http.HttpHost;

import io.dromedary.attempt.Attempt;
import io.dromedary.settings.Settings;

/**
 * Makes connections to one upstream: HTTP/1.1, TLS where the URL says so, through a proxy where the environment says so. Names
 * are looked up by the JVM, under the connect clock, and each address is tried in turn. Vert.x' public client has a pool of
 * its own that can neither be told to make a fresh connection nor tell when it makes one; hence its inner classes.
 */
final class UpstreamConnector {

    private static final int LONGEST_HEAD = 64 * 1024;
    private static final int KEPT_IDLE_SECONDS = 180;

    private final VertxInternal vertx;
    private final HttpClientImpl client;
    private final URI upstream;
    private final boolean tls;
    private final int port;
    private final HttpHost proxy;
    private final long lifeMs;

    private UpstreamConnector(VertxInternal vertx, HttpClientOptions options, URI upstream, HttpHost proxy, long lifeMs) {
        this.vertx = vertx;
        this.client = new HttpClientImpl(vertx, options, new PoolOptions().setCleanerPeriod(0), new CloseFuture());
        this.upstream = upstream;
        this.tls = options.isSsl();
        this.port = upstream.getPort() > 0 ? upstream.getPort() : tls ? 443 : 80;
        this.proxy = proxy;
        this.lifeMs = lifeMs;
    }

    static UpstreamConnector to(String baseUrl, Vertx vertx, Settings settings, UpstreamTrust trust) {
        int connectMs = settings.count("gateway.timeout.connect");
        boolean tls = baseUrl.startsWith("https:");
        HttpClientOptions options = new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setKeepAliveTimeout(KEPT_IDLE_SECONDS)
                .setDecompressionSupported(false)
                .setMaxHeaderSize(LONGEST_HEAD)
                .setConnectTimeout(connectMs)
                .setSsl(tls)
                .setVerifyHost(true);
        options.setSslHandshakeTimeout(connectMs).setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        if (tls && trust.options() != null) {
            options.setTrustOptions(trust.options());
        }
        return new UpstreamConnector((VertxInternal) vertx, options, URI.create(baseUrl),
                UpstreamProxy.of(baseUrl, System.getenv()).orElse(null), settings.number("gateway.upstream.connection-life"));
    }

    /** What a request's {@code Host} says. */
    String authority() {
        return upstream.getRawAuthority();
    }

    /** What a request's target begins with: a proxy without a tunnel wants the whole URL. */
    String pathPrefix() {
        String path = upstream.getRawPath() == null ? "" : upstream.getRawPath();
        return proxy != null && !tls ? "http://" + authority() + path : path;
    }

    /**
     * Makes a connection, under the attempt's connect clock.
     *
     * @param near   the event loop that it is to be on; null for any
     * @param leaves told on any thread when it is closed or about to be
     * @throws IOException if no address can be reached
     */
    UpstreamConnection connect(Attempt attempt, EventLoop near, Consumer<UpstreamConnection> leaves)
            throws IOException, InterruptedException {
        attempt.connecting();
        if (proxy != null && tls) {
            return connect(attempt, SocketAddress.inetSocketAddress(port, upstream.getHost()), near, leaves);
        }
        IOException last = null;
        String host = proxy == null ? upstream.getHost() : proxy.getHostName();
        for (InetAddress address : addresses(attempt, host)) {
            try {
                return connect(attempt, SocketAddress.inetSocketAddress(
                        new InetSocketAddress(address, proxy == null ? port : proxy.getPort())), near, leaves);
            } catch (ConnectException | NoRouteToHostException | SocketTimeoutException e) {
                last = e;
            }
        }
        throw last;
    }

    /** A look-up may take longer than any clock and cannot be interrupted: it runs beside, and what waits for it can be cancelled. */
    private InetAddress[] addresses(Attempt attempt, String host) throws IOException, InterruptedException {
        if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
            return InetAddress.getAllByName(host);
        }
        CompletableFuture<InetAddress[]> found = vertx.<InetAddress[]>executeBlocking(() -> InetAddress.getAllByName(host), false)
                .toCompletionStage().toCompletableFuture();
        return await(attempt, found);
    }

    private static <T> T await(Attempt attempt, CompletableFuture<T> future) throws IOException, InterruptedException {
        attempt.cancelBy(() -> future.cancel(false));
        try {
            return future.get();
        } catch (CancellationException e) {
            throw new IOException("cancelled", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ConnectTimeoutException) {
                throw new SocketTimeoutException("no connection in time");
            }
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } finally {
            future.cancel(false); // what comes after this belongs to nobody, and is closed
        }
    }

    private UpstreamConnection connect(Attempt attempt, SocketAddress server, EventLoop near,
            Consumer<UpstreamConnection> leaves)
            throws IOException, InterruptedException {
        CompletableFuture<UpstreamConnection> made = new CompletableFuture<>();
        ContextInternal context = near == null ? vertx.createEventLoopContext() : vertx.createEventLoopContext(near, null, null);
        attempt.clocksOn(context.nettyEventLoop());
        new HttpChannelConnector(client, (NetClientImpl) client.netClient(), tunnel(), null, HttpVersion.HTTP_1_1, tls, false,
                SocketAddress.inetSocketAddress(port, upstream.getHost()), server)
                .httpConnect(context, result -> {
                    if (result.failed()) {
                        made.completeExceptionally(result.cause());
                        return;
                    }
                    attempt.pauseClock(); // it is the upstream's, not that of a thread that waits for its turn
                    if (!made.complete(accept(result.result(), leaves))) {
                        result.result().close();
                    }
                });
        return await(attempt, made);
    }

    private UpstreamConnection accept(HttpClientConnection http, Consumer<UpstreamConnection> leaves) {
        UpstreamConnection connection = new UpstreamConnection(http, client.options(), lifeMs);
        http.evictionHandler(gone -> leaves.accept(connection));
        return connection;
    }

    private ProxyOptions tunnel() {
        return proxy == null || !tls ? null : new ProxyOptions().setHost(proxy.getHostName()).setPort(proxy.getPort());
    }
}
