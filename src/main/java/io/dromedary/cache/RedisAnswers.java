package io.dromedary.cache;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

import io.dromedary.redis.RedisLink;

/**
 * Answers in the Redis that several gateways share. A look has a clock; where it runs out, or Redis is away or says
 * that it cannot, nothing was found, and nothing is asked for a moment. What is to be kept is sent and not waited for,
 * and not at all where too much is under way already.
 */
final class RedisAnswers implements AnswerCache {

    /** How long a look may take, in ms: less than the gain. */
    static final long CLOCK_MS = 20;
    /** After a look that was late, nothing is asked for so long, in ns. */
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** What may be on its way to Redis at once, in bytes: one that takes nothing must not fill the memory. */
    private static final long MOST_UNDER_WAY = 16L * 1024 * 1024;

    private final RedisLink link;
    private final String prefix;
    private final int longest;
    private final AtomicLong underWay = new AtomicLong();
    private volatile long restsUntil = System.nanoTime();

    /**
     * @param namespace what keys begin with; empty for {@code dromedary}
     * @param longest   how many bytes an answer may have
     */
    RedisAnswers(RedisLink link, String namespace, long longest) {
        this.link = link;
        this.prefix = (namespace.isEmpty() ? "dromedary" : namespace) + ":cache:";
        this.longest = (int) Math.min(Integer.MAX_VALUE - 64, longest);
    }

    @Override
    public CompletionStage<Optional<CachedAnswer>> get(String key) {
        if (System.nanoTime() - restsUntil < 0) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        // Not the link's own clock: a look that is late must not have it take Redis for away, and limits with it.
        return link.send(Request.cmd(Command.GET).arg(prefix + key)).orTimeout(CLOCK_MS, TimeUnit.MILLISECONDS)
                .handle((found, failure) -> {
                    if (failure instanceof TimeoutException) {
                        restsUntil = System.nanoTime() + REST_NANOS;
                    }
                    return failure == null ? read(found) : Optional.empty();
                });
    }

    private Optional<CachedAnswer> read(Response found) {
        return found == null ? Optional.empty() : StoredForm.read(found.toBytes(), longest);
    }

    @Override
    public void put(String key, CachedAnswer answer, long ttlMs) {
        if (ttlMs <= 0 || !link.isUp()) {
            return;
        }
        byte[] value = StoredForm.of(answer);
        if (underWay.addAndGet(value.length) > MOST_UNDER_WAY) {
            underWay.addAndGet(-value.length);
            return;
        }
        link.send(Request.cmd(Command.SET).arg(prefix + key).arg(Buffer.buffer(value)).arg("PX").arg(ttlMs))
                .whenComplete((said, failure) -> underWay.addAndGet(-value.length));
    }

    @Override
    public void remove(String key) {
        link.send(Request.cmd(Command.DEL).arg(prefix + key));
    }

    @Override
    public long entries() {
        return 0;
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public void close() {
        // The link is not this cache's own.
    }
}
