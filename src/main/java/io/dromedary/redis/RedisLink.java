package io.dromedary.redis;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

import io.dromedary.log.GatewayLog;
import io.dromedary.model.RedisAddress;

/**
 * The gateway's connections to one Redis, one held on each event loop, over which calls go without waiting for each
 * other. Each call has a clock. While Redis is away, calls fail at once and nobody waits; a probe a second finds out
 * when it is back. It is told in the log once for each change. Safe for several threads.
 */
public final class RedisLink implements AutoCloseable {

    /** How long a call that a request waits for may take, in ms. */
    public static final long CLOCK_MS = 50;
    /** The longest clock that a request may be made to wait for, in ms. */
    public static final long LONGEST_CLOCK_MS = 100;
    private static final GatewayLog LOG = GatewayLog.of(RedisLink.class);
    private static final int LATE_IN_A_ROW = 3;
    private static final long PROBE_MS = 1000;
    /** So many probes without an answer in a row, and the connection is taken for dead. */
    private static final int PROBES_MISSED = 5;
    private static final int MESSAGE_PARTS = 3;

    private final RedisAddress address;
    private final RedisTarget target;
    private final RedisBreaker breaker = new RedisBreaker(LATE_IN_A_ROW);
    private final List<RedisLane> lanes = new CopyOnWriteArrayList<>();
    private final List<Consumer<Boolean>> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, Consumer<String>> subscriptions = new ConcurrentHashMap<>();
    private final List<Runnable> rounds = new CopyOnWriteArrayList<>();
    private final EvictionCheck eviction;
    private final CountDownLatch firstAttempt = new CountDownLatch(1);
    private final AtomicLong outages = new AtomicLong();
    private volatile boolean up;
    private volatile boolean closed;
    private volatile long since;
    private volatile String unconnected = "it has not been connected to yet";
    private volatile RedisLane listening;
    private Vertx vertx;
    private long probes;

    /** @param address where Redis is; {@link #start} connects */
    public RedisLink(RedisAddress address) {
        this.address = address;
        this.target = new RedisTarget(address);
        this.eviction = new EvictionCheck(address);
    }

    /**
     * Begins to connect, and stays connected until it is closed. Does not wait.
     *
     * @param on         on whose event loops
     * @param eventLoops how many it has
     */
    public void start(Vertx on, int eventLoops) {
        vertx = on;
        on.deployVerticle(() -> new AbstractVerticle() {
            @Override
            public void start() {
                RedisLane lane = new RedisLane(on, context, target, connection -> greet(connection),
                        reason -> unconnected(reason));
                lanes.add(lane);
                lane.start();
            }
        }, new DeploymentOptions().setInstances(eventLoops));
        if (!subscriptions.isEmpty()) {
            on.deployVerticle(new AbstractVerticle() {
                @Override
                public void start() {
                    RedisLane lane = new RedisLane(on, context, target, connection -> listen(connection),
                            reason -> { });
                    listening = lane;
                    lane.start();
                }
            });
        }
        probes = on.setPeriodic(PROBE_MS, again -> {
            lanes.forEach(this::probe);
            if (listening != null) {
                probe(listening);
            }
            if (up) {
                rounds.forEach(Runnable::run);
            }
        });
    }

    /** Waits until the first attempt to connect has ended, well or not, at most {@code ms}. */
    public void awaitFirstAttempt(long ms) throws InterruptedException {
        firstAttempt.await(ms, TimeUnit.MILLISECONDS);
    }

    private void greet(RedisConnection connection) {
        eviction.look(connection);
        look();
        firstAttempt.countDown();
    }

    private void unconnected(String reason) {
        unconnected = reason;
        look();
        firstAttempt.countDown();
    }

    private void probe(RedisLane lane) {
        if (!lane.isConnected()) {
            return;
        }
        CompletableFuture<Response> pong = new CompletableFuture<>();
        lane.send(Request.cmd(Command.PING), pong);
        clocked(pong, CLOCK_MS).whenComplete((said, failure) -> {
            lane.probed(failure == null, PROBES_MISSED);
            if (failure == null && lane != listening && breaker.probed()) {
                look();
            }
        });
    }

    private RedisLane lane() {
        int count = lanes.size();
        int first = count == 0 ? 0 : (int) (Thread.currentThread().getId() % count);
        for (int i = 0; i < count; i++) {
            RedisLane lane = lanes.get((first + i) % count);
            if (lane.isConnected()) {
                return lane;
            }
        }
        return null;
    }

    /**
     * Sends a request. Without a clock: for one that waits with {@link #await}, or that waits for nothing.
     *
     * @return the answer, on an event loop; fails with {@link RedisAway}, at once while Redis is away, or with what
     *         Redis has answered, which {@link #isAnswer} tells
     */
    public CompletableFuture<Response> send(Request request) {
        RedisLane lane = breaker.isOpen() ? null : lane();
        if (lane == null) {
            return CompletableFuture.failedFuture(new RedisAway(status().reason()));
        }
        CompletableFuture<Response> answer = new CompletableFuture<>();
        lane.send(request, answer);
        return answer;
    }

    /**
     * Sends a request whose answer must come within {@code clockMs}; does not block.
     *
     * @return the answer, on an event loop; fails with {@link RedisAway} where it is late
     */
    public CompletableFuture<Response> send(Request request, long clockMs) {
        return clocked(counted(send(request)), clockMs);
    }

    private CompletableFuture<Response> clocked(CompletableFuture<Response> answer, long clockMs) {
        if (answer.isDone()) {
            return answer;
        }
        CompletableFuture<Response> inTime = new CompletableFuture<>();
        long clock = vertx.setTimer(clockMs, late -> {
            if (inTime.completeExceptionally(new RedisAway("no answer within " + clockMs + " ms"))) {
                late(clockMs);
            }
        });
        answer.whenComplete((said, failure) -> {
            vertx.cancelTimer(clock);
            if (failure == null) {
                inTime.complete(said);
            } else {
                inTime.completeExceptionally(failure);
            }
        });
        return inTime;
    }

    private CompletableFuture<Response> counted(CompletableFuture<Response> answer) {
        return answer.whenComplete((said, failure) -> {
            if (failure == null) {
                breaker.answered();
            }
        });
    }

    /**
     * Waits for an answer, on a thread that may block.
     *
     * @param answer  of {@link #send(Request)}; goes on where this gives up
     * @param clockMs how long, in ms
     * @throws RedisAway  where it is late, or the connection has ended
     * @throws RedisError with what Redis says, where it says that it cannot
     */
    public Response await(CompletableFuture<Response> answer, long clockMs) {
        try {
            Response said = answer.get(clockMs, TimeUnit.MILLISECONDS);
            breaker.answered();
            return said;
        } catch (TimeoutException e) {
            late(clockMs);
            throw new RedisAway("no answer within " + clockMs + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedisAway("the request was interrupted");
        } catch (ExecutionException e) {
            if (RedisTarget.isAnswer(e.getCause())) {
                throw new RedisError(target.told(e.getCause()), e.getCause().getMessage());
            }
            throw e.getCause() instanceof RedisAway away ? away : new RedisAway(target.told(e.getCause()));
        }
    }

    private void late(long clockMs) {
        if (breaker.late(clockMs)) {
            look();
        }
    }

    /** Redis has answered that it cannot serve: it is left alone until a probe passes. */
    public void cannotServe(RedisError error) {
        if (breaker.failed(error.getMessage())) {
            look();
        }
    }

    /** From now on, {@code listener} is told of each change: whether Redis is there. Must not block. */
    public void onChange(Consumer<Boolean> listener) {
        listeners.add(listener);
    }

    /** From now on, {@code round} runs about once a second while Redis is there, on an event loop. Must not block. */
    public void onEachProbe(Runnable round) {
        rounds.add(round);
    }

    /** Runs something once after {@code ms}, on an event loop. Must not block; only from {@link #start} on. */
    public void after(long ms, Runnable action) {
        vertx.setTimer(ms, over -> action.run());
    }

    /**
     * From {@link #start} on, {@code listener} gets what is published on that channel, over a connection of its own.
     * What is published while Redis is away is not told afterwards.
     *
     * @param listener takes the text; runs on an event loop, must not block
     */
    public void subscribe(String channel, Consumer<String> listener) {
        subscriptions.put(channel, listener);
    }

    /** Publishes a text on a channel, where Redis is there. Does not block. */
    public void publish(String channel, String text) {
        send(Request.cmd(Command.PUBLISH).arg(channel).arg(text));
    }

    private void listen(RedisConnection connection) {
        connection.handler(push -> {
            if (push.size() == MESSAGE_PARTS && push.get(0).toString().equals("message")) {
                Consumer<String> listener = subscriptions.get(push.get(1).toString());
                if (listener != null) {
                    listener.accept(push.get(2).toString());
                }
            }
        });
        subscriptions.keySet().forEach(channel -> connection.send(Request.cmd(Command.SUBSCRIBE).arg(channel)));
    }

    /** Notes a change, and tells it once. */
    private void look() {
        boolean now;
        synchronized (this) {
            now = !breaker.isOpen() && lanes.stream().anyMatch(RedisLane::isConnected);
            if (closed || now == up && since != 0) {
                return;
            }
            up = now;
            since = System.currentTimeMillis();
            if (!now) {
                outages.incrementAndGet();
            }
        }
        if (now) {
            LOG.info("Redis at {} is there", address.told());
        } else {
            LOG.warn("Redis at {} is away: {}", address.told(), status().reason());
        }
        listeners.forEach(listener -> listener.accept(now));
    }

    /** How it stands. */
    public RedisStatus status() {
        String reason = up ? "" : breaker.isOpen() ? breaker.reason() : unconnected;
        return new RedisStatus(up, since, reason, outages.get(), breaker.late(), address.told());
    }

    /** Whether Redis is asked now. */
    public boolean isUp() {
        return up;
    }

    @Override
    public void close() {
        closed = true;
        if (vertx != null) {
            vertx.cancelTimer(probes);
        }
        lanes.forEach(RedisLane::close);
        if (listening != null) {
            listening.close();
        }
    }
}
