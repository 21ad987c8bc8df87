package io.dromedary.redis;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * One held connection to Redis (of a cluster: one to each node) on one event loop, and its successors: Vert.x' client
 * does not connect again by itself. One attempt at a time, after a pause that doubles. What changes is changed on the
 * event loop.
 */
final class RedisLane {

    private static final long FIRST_PAUSE_MS = 100;
    private static final long LONGEST_PAUSE_MS = 5000;

    private final Vertx vertx;
    private final Context context;
    private final RedisTarget target;
    private final Consumer<RedisConnection> connected;
    private final Consumer<String> lost;
    private volatile RedisConnection connection;
    private volatile boolean closed;
    private Redis client;
    private int attempt;
    private int missed;
    private long pauseMs = FIRST_PAUSE_MS;

    /**
     * @param context   on whose event loop it is
     * @param connected is told of each new connection, on the event loop
     * @param lost      is told why there is none, after each attempt that failed and each connection that ended
     */
    RedisLane(Vertx vertx, Context context, RedisTarget target, Consumer<RedisConnection> connected,
            Consumer<String> lost) {
        this.vertx = vertx;
        this.context = context;
        this.target = target;
        this.connected = connected;
        this.lost = lost;
    }

    boolean isConnected() {
        return connection != null;
    }

    /** Connects, and stays connected until it is closed. */
    void start() {
        context.runOnContext(begun -> connect());
    }

    private void connect() {
        if (closed) {
            return;
        }
        int current = ++attempt;
        Redis fresh = Redis.createClient(vertx, target.options());
        client = fresh;
        long clock = vertx.setTimer(RedisTarget.CONNECT_MS, late -> {
            if (current == attempt && connection == null) {
                failed(fresh, "no connection within " + RedisTarget.CONNECT_MS + " ms");
            }
        });
        fresh.connect().onComplete(made -> context.runOnContext(done -> {
            vertx.cancelTimer(clock);
            if (current != attempt || closed) {
                fresh.close();
            } else if (made.failed()) {
                failed(fresh, target.told(made.cause()));
            } else {
                holds(made.result());
            }
        }));
    }

    private void holds(RedisConnection made) {
        pauseMs = FIRST_PAUSE_MS;
        made.endHandler(ended -> drop(made, "the connection has ended"));
        made.exceptionHandler(failure -> drop(made, target.told(failure)));
        connection = made;
        missed = 0;
        connected.accept(made);
    }

    private void failed(Redis fresh, String reason) {
        attempt++;
        connection = null;
        fresh.close();
        lost.accept(reason);
        if (!closed) {
            vertx.setTimer(pauseMs, again -> context.runOnContext(begun -> connect()));
            pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
        }
    }

    /** That connection is not to be used any more; another one takes its place. */
    void drop(RedisConnection old, String reason) {
        context.runOnContext(begun -> {
            if (old != null && connection == old) {
                failed(client, reason);
            }
        });
    }

    /**
     * A probe was answered in time or not. A connection that answers none of {@code most} in a row has ended without a
     * word. On the event loop.
     */
    void probed(boolean answered, int most) {
        missed = answered ? 0 : missed + 1;
        if (missed >= most) {
            drop(connection, "it has not answered " + most + " probes");
        }
    }

    /**
     * Sends a request; the answer comes on the event loop. A failure of the connection ends it.
     *
     * @param answer fails with {@link RedisAway}, or with what Redis says
     */
    void send(Request request, CompletableFuture<Response> answer) {
        context.runOnContext(begun -> {
            RedisConnection held = connection;
            if (held == null) {
                answer.completeExceptionally(new RedisAway("there is no connection"));
                return;
            }
            held.send(request).onComplete(said -> {
                if (said.succeeded()) {
                    answer.complete(said.result());
                } else {
                    if (!RedisTarget.isAnswer(said.cause())) {
                        drop(held, target.told(said.cause()));
                    }
                    answer.completeExceptionally(said.cause());
                }
            });
        });
    }

    void close() {
        closed = true;
        context.runOnContext(begun -> {
            attempt++;
            connection = null;
            if (client != null) {
                client.close();
            }
        });
    }
}
