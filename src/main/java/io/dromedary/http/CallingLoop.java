package io.dromedary.http;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;

/**
 * The event loop of the client's connection on whose behalf a thread works. Vert.x runs a request's work on a thread
 * that carries the request's context; which loop that context has, only an inner class of Vert.x tells.
 */
final class CallingLoop {

    private CallingLoop() {
    }

    /** That loop; null on a thread that works for no request. */
    static EventLoop current() {
        Context context = Vertx.currentContext();
        return context == null ? null : ((ContextInternal) context).nettyEventLoop();
    }
}
