package io.dromedary.server;

import io.netty.buffer.Unpooled;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;

import io.dromedary.client.ApiError;
import io.dromedary.client.MemoryBudget;

/**
 * Reads a request's body into memory, up to a limit, within the memory budget and no slower than it may be. What comes
 * without the key is thrown away. Neither forms nor uploads are taken apart. By the time it runs, the server has
 * checked the key and refused a length that is too large by itself.
 */
public final class BodyReader implements Handler<RoutingContext> {

    private static final long RETRY_AFTER_SECONDS = 1;

    private final Vertx vertx;
    private final long limit;
    private final long silenceMs;
    private final MemoryBudget budget;
    private final Refusals refusals;

    /**
     * @param limit     how many bytes a body may have
     * @param silenceMs how long a client may send nothing of it, in ms
     */
    public BodyReader(Vertx vertx, long limit, long silenceMs, MemoryBudget budget, Refusals refusals) {
        this.vertx = vertx;
        this.limit = limit;
        this.silenceMs = silenceMs;
        this.budget = budget;
        this.refusals = refusals;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (request.isEnded()) {
            context.next();
            return;
        }
        Body body = new Body(context, Math.max(ContentLength.of(request), 0));
        if (!body.reserve(body.announced)) {
            refusals.refuse(request, busy());
            return;
        }
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))
                && request.version() != HttpVersion.HTTP_1_0) {
            request.response().writeContinue();
        }
        request.handler(body::more).endHandler(end -> body.end()).exceptionHandler(failure -> body.stopWatching());
        body.watch();
    }

    private static ApiError busy() {
        return ApiError.busy("The gateway holds as many bytes as it may. Try again in a moment", RETRY_AFTER_SECONDS);
    }

    /** One body as it comes. */
    private final class Body {

        private final RoutingContext context;
        private final boolean keyless;
        private final long announced;
        private final Buffer buffer;
        private long size;
        private long seen;
        private long held;
        private long timer = -1;
        private boolean refused;

        Body(RoutingContext context, long announced) {
            this.context = context;
            RequestMarks marks = RequestMarks.of(context.request());
            this.keyless = marks.isKeyless();
            this.announced = keyless ? 0 : announced;
            // Of the length that was announced and reserved, on the heap, so that no later step has to copy it.
            this.buffer = Buffer.buffer(Unpooled.buffer((int) Math.min(this.announced, Integer.MAX_VALUE / 2)));
            marks.atEnd(() -> {
                budget.release(held);
                stopWatching();
            });
        }

        boolean reserve(long bytes) {
            if (!budget.reserve(bytes)) {
                return false;
            }
            held += bytes;
            return true;
        }

        void watch() {
            seen = size;
            timer = vertx.setTimer(silenceMs, expired -> {
                timer = -1;
                if (size > seen) {
                    watch();
                } else {
                    refuse(ApiError.of(408, "invalid_request_error", "request_timeout", null,
                            "The body did not come within " + silenceMs + " ms"));
                }
            });
        }

        void stopWatching() {
            if (timer >= 0) {
                vertx.cancelTimer(timer);
                timer = -1;
            }
        }

        void more(Buffer bytes) {
            size += bytes.length();
            if (refused || keyless && size <= limit) {
                return;
            }
            if (size > limit) {
                refuse(ApiError.tooLarge(limit));
            } else if (size > announced && !reserve(bytes.length())) {
                refuse(busy());
            } else {
                buffer.appendBuffer(bytes);
            }
        }

        private void refuse(ApiError error) {
            refused = true;
            stopWatching();
            refusals.refuse(context.request(), error);
        }

        void end() {
            stopWatching();
            if (!refused) {
                ((RoutingContextInternal) context).setBody(buffer);
                context.next();
            }
        }
    }
}
