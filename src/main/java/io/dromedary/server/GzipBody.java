package io.dromedary.server;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

import io.dromedary.client.ApiError;
import io.dromedary.client.MemoryBudget;

/**
 * A body that came compressed by gzip (RFC 9110, 8.4.1.3), as some clients send long prompts. A few bytes may be many
 * when they are unpacked: the limit of bodies and the memory budget count what comes out, as it comes out.
 */
final class GzipBody {

    private static final int BLOCK = 16 * 1024;

    private GzipBody() {
    }

    /** How a request's body is coded. */
    enum Coding {
        /** As it is. */
        NONE,
        /** By gzip, once. */
        GZIP,
        /** In a way that is not read here, or in several. */
        OTHER;

        /** That of {@code request}, by its {@code Content-Encoding}. */
        static Coding of(HttpServerRequest request) {
            List<String> codings = request.headers().getAll(HttpHeaders.CONTENT_ENCODING);
            if (codings.isEmpty()) {
                return NONE;
            }
            return switch (String.join(",", codings).trim().toLowerCase(Locale.ROOT)) {
                case "", "identity" -> NONE;
                case "gzip", "x-gzip" -> GZIP;
                default -> OTHER;
            };
        }
    }

    /** 415: what is told of a body in another coding. */
    static ApiError notRead() {
        return ApiError.of(415, "invalid_request_error", "unsupported_content_encoding", null,
                "The body's Content-Encoding is not read here. Send it as it is, or with Content-Encoding: gzip");
    }

    /**
     * Unpacks {@code packed}; takes as long as that takes, so not for an event loop.
     *
     * @param budget counts what is held
     * @param most   how long the body may be
     * @return the body, to be released by whoever takes it
     * @throws ApiError 413 if it is longer, 503 if the budget has no room for it, 400 if it is no gzip
     */
    static UploadBuffer unpack(Buffer packed, MemoryBudget budget, long most) {
        UploadBuffer whole = new UploadBuffer(budget, most);
        boolean done = false;
        try (InputStream in = new GZIPInputStream(new ByteBufInputStream(packed.getByteBuf()), BLOCK)) {
            byte[] block = new byte[BLOCK];
            long size = 0;
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                size += n;
                if (size > most) {
                    throw ApiError.tooLarge(most);
                }
                if (!whole.add(Buffer.buffer(Unpooled.copiedBuffer(block, 0, n)))) {
                    throw BodyReader.noRoom();
                }
            }
            done = true;
            return whole;
        } catch (IOException e) {
            throw ApiError.badRequest("invalid_encoding", null,
                    "The body is not the gzip that its Content-Encoding says, or not all of it");
        } finally {
            if (!done) {
                whole.release();
            }
        }
    }
}
