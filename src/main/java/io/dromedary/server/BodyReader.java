package io.dromedary.server;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;

import io.dromedary.client.ApiError;
import io.dromedary.client.Arrival;
import io.dromedary.client.FormBytes;
import io.dromedary.client.MemoryBudget;

/**
 * Reads a request's body into memory, up to a limit, within the memory budget and no slower than it may be, and
 * unpacks one that came by gzip. A request
 * without the key has none: what comes is thrown away by {@link KeylessBody}. Neither forms nor uploads are taken
 * apart. By the time it runs, the server has checked the key and refused a length that is too large by itself.
 */
public final class BodyReader implements Handler<RoutingContext> {

    private static final long RETRY_AFTER_SECONDS = 1;
    private static final String FORM = "multipart/";

    private final Vertx vertx;
    private final BodyLimits limits;
    private final MemoryBudget budget;
    private final Refusals refusals;

    /** Reads bodies within {@code limits}. */
    public BodyReader(Vertx vertx, BodyLimits limits, MemoryBudget budget, Refusals refusals) {
        this.vertx = vertx;
        this.limits = limits;
        this.budget = budget;
        this.refusals = refusals;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (request.isEnded() || RequestMarks.of(request).isKeyless()) {
            context.next();
            return;
        }
        GzipBody.Coding coding = GzipBody.Coding.of(request);
        if (coding == GzipBody.Coding.OTHER) {
            refusals.refuse(request, GzipBody.notRead());
            return;
        }
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))
                && request.version() != HttpVersion.HTTP_1_0) {
            request.response().writeContinue();
        }
        new Body(context, coding == GzipBody.Coding.GZIP).read();
    }

    /** 503: the memory budget has no room for a body. */
    static ApiError noRoom() {
        return ApiError.busy("The gateway holds as many bytes as it may. Try again in a moment", RETRY_AFTER_SECONDS);
    }

    /** One body as it comes. */
    private final class Body {

        private final RoutingContext context;
        private final HttpServerRequest request;
        private final UploadBuffer buffer;
        private final UploadClock clock;
        private final boolean packed;
        private long size;
        private boolean refused;

        Body(RoutingContext context, boolean packed) {
            this.context = context;
            this.packed = packed;
            this.request = context.request();
            long announced = ContentLength.of(request);
            this.buffer = new UploadBuffer(budget, announced >= 0 ? announced : limits.bytes());
            this.clock = new UploadClock(vertx, limits, late -> refuse(
                    ApiError.of(408, "invalid_request_error", "request_timeout", null, late)));
        }

        void read() {
            RequestMarks.of(request).atEnd(() -> {
                clock.stop();
                buffer.release();
            });
            request.handler(this::more).endHandler(end -> end()).exceptionHandler(failure -> clock.stop());
            clock.start();
        }

        private void more(Buffer bytes) {
            if (refused) {
                return;
            }
            size += bytes.length();
            clock.came(bytes.length());
            if (size > limits.bytes()) {
                refuse(ApiError.tooLarge(limits.bytes()));
            } else if (!buffer.add(bytes)) {
                refuse(noRoom());
            }
        }

        private void refuse(ApiError error) {
            refused = true;
            clock.stop();
            buffer.release();
            refusals.refuse(request, error);
        }

        private void end() {
            clock.stop();
            Arrival.ofBody(request);
            if (!refused && packed) {
                unpack(buffer.soFar());
            } else if (!refused) {
                goOn(buffer);
            }
        }

        /** On a thread that may compute, since a small body may unpack to a large one. */
        private void unpack(Buffer from) {
            vertx.executeBlocking(() -> GzipBody.unpack(from, budget, limits.bytes()), false).onComplete(done -> {
                buffer.release();
                if (done.succeeded()) {
                    UploadBuffer whole = done.result();
                    RequestMarks.of(request).atEnd(whole::release);
                    request.headers().remove(HttpHeaders.CONTENT_ENCODING);
                    goOn(whole);
                } else if (!request.response().closed()) {
                    refuse(done.cause() instanceof ApiError error ? error : ApiError.of(500, "server_error",
                            "internal_error", null, "The gateway failed"));
                }
            });
        }

        private boolean isForm() {
            String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
            return type != null && type.regionMatches(true, 0, FORM, 0, FORM.length());
        }

        /** Unless the client has left meanwhile. */
        private void goOn(UploadBuffer body) {
            if (request.response().closed()) {
                return;
            }
            Buffer whole = body.whole();
            if (whole == null) {
                refuse(noRoom());
            } else {
                ((RoutingContextInternal) context).setBody(whole);
                if (isForm()) {
                    FormBytes.keep(request, whole);
                }
                context.next();
            }
        }
    }
}
