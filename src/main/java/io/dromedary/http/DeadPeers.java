package io.dromedary.http;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketOption;
import java.util.Map;
import java.util.Set;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import jdk.net.ExtendedSocketOptions;

/**
 * Has TCP find the peer that is gone without a word (RFC 9293, 3.8.4), since a stream may be silent for as long as its
 * model thinks: after a minute of silence the kernel asks, and gives up after four questions 15 s apart. Where a system
 * has no such options, its own times hold, which are hours.
 */
final class DeadPeers {

    private static final Map<SocketOption<Integer>, Integer> TIMES = Map.of(ExtendedSocketOptions.TCP_KEEPIDLE, 60,
            ExtendedSocketOptions.TCP_KEEPINTERVAL, 15, ExtendedSocketOptions.TCP_KEEPCOUNT, 4);

    private static final Set<SocketOption<?>> KNOWN = known();

    private DeadPeers() {
    }

    private static Set<SocketOption<?>> known() {
        try (Socket socket = new Socket()) {
            return socket.supportedOptions();
        } catch (IOException e) {
            return Set.of();
        }
    }

    /** From now on, connections of {@code bootstrap} are looked after. */
    static Bootstrap lookAfter(Bootstrap bootstrap) {
        bootstrap.option(ChannelOption.SO_KEEPALIVE, true);
        TIMES.forEach((option, value) -> {
            if (KNOWN.contains(option)) {
                bootstrap.option(NioChannelOption.of(option), value);
            }
        });
        return bootstrap;
    }
}
