package io.dromedary.server;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;

import io.dromedary.answer.ApiError;

/**
 * Reads a request's body into memory, up to a limit and within the memory budget. Neither forms nor uploads are taken
 * apart. By the time it runs, the server has checked the key and refused a length that is too large by itself.
 */
public final class BodyReader implements Handler<RoutingContext> {

    private static final long RETRY_AFTER_SECONDS = 1;

    private final long limit;
    private final MemoryBudget budget;
    private final Refusals refusals;

    /** @param limit how many bytes a body may have */
    public BodyReader(long limit, MemoryBudget budget, Refusals refusals) {
        this.limit = limit;
        this.budget = budget;
        this.refusals = refusals;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        long length = ContentLength.of(request);
        if (length > limit) {
            refusals.refuse(request, ApiError.tooLarge(limit));
            return;
        }
        Body body = new Body(context, Math.max(length, 0));
        if (!body.reserve(Math.max(length, 0))) {
            refusals.refuse(request, busy());
            return;
        }
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))
                && request.version() != HttpVersion.HTTP_1_0) {
            request.response().writeContinue();
        }
        request.handler(body::more).endHandler(end -> body.end());
    }

    private static ApiError busy() {
        return ApiError.busy("The gateway holds as many bytes as it may. Try again in a moment", RETRY_AFTER_SECONDS);
    }

    /** One body as it comes. */
    private final class Body {

        private final RoutingContext context;
        private final long announced;
        private final Buffer buffer;
        private long held;
        private boolean refused;

        Body(RoutingContext context, long announced) {
            this.context = context;
            this.announced = announced;
            this.buffer = Buffer.buffer();
            ResponseEnd.after(context.request(), () -> budget.release(held));
        }

        boolean reserve(long bytes) {
            if (!budget.reserve(bytes)) {
                return false;
            }
            held += bytes;
            return true;
        }

        void more(Buffer bytes) {
            if (refused) {
                return;
            }
            long size = (long) buffer.length() + bytes.length();
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
            refusals.refuse(context.request(), error);
        }

        void end() {
            if (!refused) {
                ((RoutingContextInternal) context).setBody(buffer);
                context.next();
            }
        }
    }
}
