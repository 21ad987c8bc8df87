package io.dromedary.dialect.responses;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.function.LongConsumer;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.Held;
import io.dromedary.json.Json;
import io.dromedary.json.TokenUsage;

/** Writes the response object, as it is at several times of an answer. */
final class ResponseJson {

    private final ResponseIds ids;
    private final byte[] model;
    private final Echo echo;
    private final LongConsumer takes;
    private final long createdAt = Instant.now().getEpochSecond();

    ResponseJson(ResponseIds ids, String model, Echo echo, LongConsumer takes) {
        this.ids = ids;
        this.model = Json.literal(model);
        this.echo = echo;
        this.takes = takes;
    }

    /** Takes the memory for what the first two events say; no event may end in the middle for the want of it. */
    void takesTwice() {
        takes.accept(2 * echo.size());
    }

    /** Before the answer: nothing in it. */
    void inProgress(ByteArrayOutputStream out) {
        write(out, "in_progress", "null", "null", null, echo.keep());
        out.writeBytes(Held.ascii("],\"usage\":null}"));
    }

    /** After a failure: with the items that were whole. Asks for no memory, which may be what has failed. */
    void failed(ByteArrayOutputStream out, ApiError error, Held output) {
        write(out, "failed", "{\"code\":\"" + code(error) + "\",\"message\":" + latin(Json.literal(error.getMessage()))
                + "}", "null", output, false);
        out.writeBytes(Held.ascii("],\"usage\":null}"));
    }

    /** The whole answer, which is kept if it is to be. */
    byte[] whole(AnswerItems items, Keeping keeping) {
        byte[] json = whole(items, echo.keep());
        return !echo.keep() || keeping.put(ids.response(), json) ? json : whole(items, false);
    }

    private byte[] whole(AnswerItems items, boolean kept) {
        Held out = new Held(takes, (int) Math.min(Integer.MAX_VALUE / 2, echo.size() + items.output().size()));
        String reason = switch (items.stop()) {
            case LENGTH -> "max_output_tokens";
            case FILTER -> "content_filter";
            default -> "";
        };
        write(out, reason.isEmpty() ? "completed" : "incomplete", "null",
                reason.isEmpty() ? "null" : "{\"reason\":\"" + reason + "\"}", items.output(), kept);
        out.add("],\"usage\":").add(usage(items.usage())).add("}");
        return out.copied();
    }

    private void write(ByteArrayOutputStream out, String status, String error, String incomplete, Held output,
            boolean kept) {
        String completedAt = status.equals("completed") ? String.valueOf(Instant.now().getEpochSecond()) : "null";
        out.writeBytes(Held.ascii("{\"id\":\"" + ids.response() + "\",\"object\":\"response\",\"created_at\":"
                + createdAt + ",\"status\":\"" + status + "\",\"background\":false,\"completed_at\":" + completedAt
                + ",\"error\":" + error + ",\"incomplete_details\":" + incomplete + ",\"store\":" + kept));
        echo.write(out);
        out.writeBytes(Held.ascii(",\"model\":"));
        out.writeBytes(model);
        out.writeBytes(Held.ascii(",\"output\":["));
        if (output != null) {
            output.copy(0, out);
        }
    }

    private static String usage(TokenUsage usage) {
        return "{\"input_tokens\":" + usage.prompt() + ",\"input_tokens_details\":{\"cached_tokens\":" + usage.cached()
                + ",\"cache_write_tokens\":" + usage.written() + "},\"output_tokens\":" + usage.completion()
                + ",\"output_tokens_details\":{\"reasoning_tokens\":" + usage.reasoning() + "},\"total_tokens\":"
                + (usage.prompt() + usage.completion()) + "}";
    }

    /** Bytes told as characters, as {@link Held#ascii} writes them again. */
    private static String latin(byte[] literal) {
        return new String(literal, StandardCharsets.ISO_8859_1);
    }

    /**
     * The code of a failure in a stream, by which Codex decides whether to ask again: not after what is wrong with the
     * request, and later after a limit.
     */
    private static String code(ApiError error) {
        return switch (error.code()) {
            case "context_length_exceeded", "insufficient_quota", "rate_limit_exceeded" -> error.code();
            default -> switch (error.status()) {
                case 429 -> "rate_limit_exceeded";
                case 503 -> "server_is_overloaded";
                default -> error.mendedByRetry() ? "server_error" : "invalid_prompt";
            };
        };
    }
}
