package io.dromedary.client;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Closes the connection of a client that is given up. Vert.x' own {@code close} first waits until all that was written
 * has gone out, which for a client that does not read is never.
 */
public final class ClientConnection {

    private ClientConnection() {
    }

    /** Closes it without delay: what has not gone out is thrown away. */
    public static void closeNow(HttpConnection connection) {
        ((ConnectionBase) connection).channelHandlerContext().close();
    }
}
