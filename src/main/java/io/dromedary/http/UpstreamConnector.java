package io.dromedary.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.NetUtil;

import io.dromedary.model.BaseUrl;

/**
 * Makes connections to one upstream: HTTP/1.1, TLS where the URL says so, through a proxy where the environment says
 * so. Host names are looked up by the JVM, under the connect clock, and each address is tried in turn. Made on Netty's
 * public API, because the pool of Vert.x' client can neither be told to make a fresh connection nor tell when it makes
 * one, and runs no clock of ours.
 */
final class UpstreamConnector {

    private final EventLoopGroup loops;
    private final Executor lookUps;
    private final BaseUrl upstream;
    private final boolean tls;
    private final UpstreamProxy proxy;
    private final UpstreamTrust trust;
    private final int connectMs;
    private final long lifeMs;

    /**
     * @param baseUrl     where the upstream is
     * @param loops       the event loops that connections are on
     * @param lookUps     on whose threads host names are looked up
     * @param environment where the proxy is read
     * @param connectMs   how long a connection may take to be made, and then again its TLS handshake, in ms
     * @param lifeMs      how long a connection may be used, in ms
     */
    UpstreamConnector(String baseUrl, EventLoopGroup loops, Executor lookUps, UpstreamTrust trust, Map<String,
            String> environment,
            int connectMs, long lifeMs) {
        this.loops = loops;
        this.lookUps = lookUps;
        this.upstream = BaseUrl.of(baseUrl)
                .orElseThrow(() -> new IllegalArgumentException("an upstream is at no URL"));
        this.tls = baseUrl.startsWith("https:");
        this.proxy = UpstreamProxy.of(upstream, environment).orElse(null);
        this.trust = trust;
        this.connectMs = connectMs;
        this.lifeMs = lifeMs;
    }

    /** What a request's {@code Host} says. */
    String authority() {
        return upstream.authority();
    }

    /** What a request's target begins with: a proxy without a tunnel is sent the whole URL (RFC 9112, 3.2.2). */
    String pathPrefix() {
        return proxy != null && !tls ? "http://" + authority() + upstream.path() : upstream.path();
    }

    /** What each request tells a proxy without a tunnel of who sends it; empty where there is none to be told. */
    Optional<String> proxyAuthorization() {
        return proxy != null && !tls ? proxy.authorization() : Optional.empty();
    }

    /**
     * Makes a connection, under the control's connect clock.
     *
     * @param near   the event loop that it is to be on; null for any
     * @param closed told on the event loop when it is closed
     * @throws IOException if no address can be reached
     */
    UpstreamConnection connect(CallControl control, EventLoop near, Consumer<UpstreamConnection> closed)
            throws IOException, InterruptedException {
        control.connecting();
        EventLoop loop = near == null ? loops.next() : near;
        control.clocksOn(loop);
        String host = proxy == null ? upstream.host() : proxy.host();
        IOException last = null;
        for (InetAddress address : addresses(control, host)) {
            try {
                return connect(control, new InetSocketAddress(address, proxy == null ? upstream.port() : proxy.port()),
                        loop, closed);
            } catch (ConnectException | NoRouteToHostException | SocketTimeoutException e) {
                last = e;
            }
        }
        throw last;
    }

    /**
     * A look-up may take longer than any clock and cannot be interrupted: it runs beside, and waiting for it can be
     * cancelled.
     */
    private InetAddress[] addresses(CallControl control, String host) throws IOException, InterruptedException {
        if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
            return InetAddress.getAllByName(host);
        }
        CompletableFuture<InetAddress[]> found = new CompletableFuture<>();
        lookUps.execute(() -> {
            try {
                found.complete(InetAddress.getAllByName(host));
            } catch (IOException | RuntimeException e) {
                found.completeExceptionally(e);
            }
        });
        return await(control, found);
    }

    private static <T> T await(CallControl control, CompletableFuture<T> future) throws IOException,
            InterruptedException {
        control.cancelBy(() -> future.cancel(false));
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

    private UpstreamConnection connect(CallControl control, InetSocketAddress server, EventLoop loop,
            Consumer<UpstreamConnection> closed) throws IOException, InterruptedException {
        CompletableFuture<UpstreamConnection> made = new CompletableFuture<>();
        DeadPeers.lookAfter(new Bootstrap()).group(loop).channel(NioSocketChannel.class)
                .resolver(NoopAddressResolverGroup.INSTANCE)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMs)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) throws Exception {
                        initialize(channel, server);
                    }
                })
                .connect(proxy != null && tls
                ? InetSocketAddress.createUnresolved(upstream.host(), upstream.port()) : server)
                .addListener((ChannelFuture connected) -> {
                    if (!connected.isSuccess()) {
                        made.completeExceptionally(connected.cause());
                        return;
                    }
                    whenSecure(connected.channel(), made, () -> {
                        control.pauseClock(); // the time from here on is that of a thread that waits for its turn
                        if (!made.complete(UpstreamConnection.over(connected.channel(), lifeMs, closed))) {
                            connected.channel().close();
                        }
                    });
                });
        return await(control, made);
    }

    private void initialize(Channel channel, InetSocketAddress server) throws IOException {
        if (proxy != null && tls) {
            HttpProxyHandler tunnel = proxy.user() == null ? new HttpProxyHandler(server)
                    : new HttpProxyHandler(server, proxy.user(), proxy.password());
            tunnel.setConnectTimeoutMillis(connectMs);
            channel.pipeline().addLast("tunnel", tunnel);
        }
        if (tls) {
            channel.pipeline().addLast("tls",
                    trust.handler(channel.alloc(), upstream.host(), upstream.port(), connectMs));
        }
    }

    private static void whenSecure(Channel channel, CompletableFuture<UpstreamConnection> made, Runnable then) {
        HttpProxyHandler tunnel = channel.pipeline().get(HttpProxyHandler.class);
        if (tunnel != null) {
            tunnel.connectFuture().addListener(through -> {
                if (!through.isSuccess()) {
                    made.completeExceptionally(through.cause()); // says more than the handshake that ends with it
                }
            });
        }
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler == null) {
            then.run();
            return;
        }
        handler.handshakeFuture().addListener(handshake -> {
            if (handshake.isSuccess()) {
                then.run();
            } else {
                channel.close();
                made.completeExceptionally(handshake.cause());
            }
        });
    }
}
