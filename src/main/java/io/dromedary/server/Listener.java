package io.dromedary.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.impl.VertxInternal;

import io.dromedary.settings.SettingFault;

/** Opens a port for a server that has its handlers, on an event loop of its own choice. */
final class Listener {

    /** To Vert.x, a negative port is a random one that servers share. */
    private static final int SHARED_RANDOM_PORT = -1;

    private Listener() {
    }

    /**
     * Opens it.
     *
     * @param port   0 for any that is free
     * @param option what an operator writes to name another port
     * @throws SettingFault if it cannot be opened, with the reason. Never is another one taken instead.
     */
    static HttpServer open(Vertx vertx, HttpServer server, String host, int port, String option) {
        if (port < 0) {
            // To Vert.x, a negative port is a random one.
            throw new SettingFault(ListenFailure.notAPort(String.valueOf(port), option));
        }
        CompletableFuture<HttpServer> open = new CompletableFuture<>();
        // A server belongs to the event loop that it listens from.
        ((VertxInternal) vertx).createEventLoopContext().runOnContext(go -> {
            try {
                server.listen(port == 0 ? SHARED_RANDOM_PORT : port, host)
                        .onSuccess(open::complete).onFailure(open::completeExceptionally);
            } catch (RuntimeException e) {
                open.completeExceptionally(e);
            }
        });
        try {
            return open.join();
        } catch (CompletionException e) {
            throw new SettingFault(ListenFailure.sentence(e.getCause(), host, port, option));
        }
    }
}
