package io.dromedary.operator.api;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

import io.dromedary.client.KeyCheck;

/**
 * The pages that listen. All are written the same bytes. One for which a megabyte waits is written no more:
 * its answer is ended when it reads again, or after ten seconds, and it asks again for all. Each page is touched on the
 * event loop of its connection only.
 */
final class LivePages {

    private static final int MOST_WAITING_BYTES = 1024 * 1024;
    private static final long LONGEST_LAG_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final int most;
    private final Set<Page> pages = ConcurrentHashMap.newKeySet();

    /** One page. */
    private static final class Page {

        private final HttpServerResponse response;
        private final Context loop;
        private final Predicate<KeyCheck> admitted;
        private boolean lags;
        private long lagsSince;

        Page(HttpServerResponse response, Context loop, Predicate<KeyCheck> admitted) {
            this.response = response;
            this.loop = loop;
            this.admitted = admitted;
        }

        void end() {
            loop.runOnContext(now -> {
                if (!response.ended() && !response.closed()) {
                    response.end();
                }
            });
        }
    }

    /** @param most how many may listen at a time */
    LivePages(int most) {
        this.most = most;
    }

    /** Whether there is room for one more. */
    boolean hasRoom() {
        return pages.size() < most;
    }

    boolean isEmpty() {
        return pages.isEmpty();
    }

    /**
     * From now on, the page behind {@code response} is written each tick.
     *
     * @param admitted whether the key that it has shown is one of those
     */
    void add(HttpServerResponse response, Context loop, byte[] snapshot, Predicate<KeyCheck> admitted) {
        Page page = new Page(response, loop, admitted);
        pages.add(page);
        loop.runOnContext(now -> {
            response.closeHandler(closed -> pages.remove(page));
            response.exceptionHandler(failure -> pages.remove(page));
            if (response.closed() || response.ended()) {
                pages.remove(page);
                return;
            }
            response.setWriteQueueMaxSize(MOST_WAITING_BYTES);
            response.write(Buffer.buffer(snapshot));
        });
    }

    /** Writes to all. */
    void write(byte[] tick) {
        Buffer bytes = Buffer.buffer(tick);
        for (Page page : pages) {
            page.loop.runOnContext(now -> write(page, bytes));
        }
    }

    private void write(Page page, Buffer tick) {
        if (page.response.closed() || page.response.ended()) {
            pages.remove(page);
        } else if (page.response.writeQueueFull()) {
            page.lagsSince = page.lags ? page.lagsSince : System.nanoTime();
            page.lags = true;
            if (System.nanoTime() - page.lagsSince > LONGEST_LAG_NANOS) {
                pages.remove(page);
                page.response.close();
            }
        } else if (page.lags) {
            pages.remove(page);
            page.response.end();
        } else {
            page.response.write(tick);
        }
    }

    /** Ends those that have shown a key which is none any more. */
    void endOthers(KeyCheck keys) {
        pages.removeIf(page -> {
            boolean ends = !page.admitted.test(keys);
            if (ends) {
                page.end();
            }
            return ends;
        });
    }

    /** Ends all of them. */
    void close() {
        pages.forEach(Page::end);
        pages.clear();
    }
}
