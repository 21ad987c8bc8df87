package io.dromedary.dialect.messages;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.AnswerParts;
import io.dromedary.dialect.PartSequence;
import io.dromedary.dialect.StreamTranslation;
import io.dromedary.dialect.Telling;
import io.dromedary.json.Json;
import io.dromedary.json.TokenUsage;

/**
 * A stream as Anthropic's events. Each block is over before the next one begins, indices count from 0 without a gap,
 * and one {@code message_stop} ends it: the official SDKs throw otherwise.
 */
final class MessageEvents implements StreamTranslation, AnswerParts {

    private static final byte[] START = head("content_block_start");
    private static final byte[] DELTA = head("content_block_delta");
    private static final byte[] STOP = head("content_block_stop");
    private static final byte[] END_OF_EVENT = "\n\n".getBytes(StandardCharsets.US_ASCII);

    private final PartSequence parts;
    private final AnswerIds ids;
    private final String callId;
    private final String model;
    private final List<String> stops;
    private ByteArrayOutputStream out;
    private Kind kind;
    private boolean refused;
    private int index;

    /**
     * @param stops the stop sequences that the client asked for
     */
    MessageEvents(String callId, List<String> stops, Telling telling) {
        this.parts = new PartSequence(this, telling);
        this.callId = callId;
        this.ids = new AnswerIds(callId);
        this.model = telling.model();
        this.stops = stops;
    }

    private static byte[] head(String type) {
        return ("event: " + type + "\ndata: {\"type\":\"" + type + "\"").getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void chunk(byte[] chunk, ByteArrayOutputStream to) {
        out = to;
        parts.take(chunk);
    }

    @Override
    public void end(ByteArrayOutputStream to) {
        out = to;
        parts.end();
    }

    @Override
    public void fail(ApiError error, ByteArrayOutputStream to) {
        to.writeBytes(MessagesErrors.event(error, callId));
    }

    @Override
    public void keepAlive(ByteArrayOutputStream to) {
        to.writeBytes(MessagesErrors.PING);
    }

    private void add(String ascii) {
        out.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void begin() {
        out.writeBytes(head("message_start"));
        add(",\"message\":{\"id\":\"" + ids.message() + "\",\"type\":\"message\",\"role\":\"assistant\",\"model\":");
        out.writeBytes(Json.literal(model));
        add(",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":" + AnswerEnd.usage(TokenUsage.NONE)
                + "}}");
        out.writeBytes(END_OF_EVENT);
    }

    /** What an event of the open block begins with. */
    private void event(byte[] head) {
        out.writeBytes(head);
        add(",\"index\":" + index);
    }

    @Override
    public void open(Kind next) {
        kind = next;
        refused |= next == Kind.REFUSAL;
        event(START);
        add(kind == Kind.REASONING ? ",\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}"
                : ",\"content_block\":{\"type\":\"text\",\"text\":\"\"}}");
        out.writeBytes(END_OF_EVENT);
    }

    @Override
    public void grow(String text) {
        delta(kind == Kind.REASONING ? ",\"delta\":{\"type\":\"thinking_delta\",\"thinking\":"
                : ",\"delta\":{\"type\":\"text_delta\",\"text\":", text);
    }

    private void delta(String fields, String text) {
        event(DELTA);
        add(fields);
        out.writeBytes(Json.literal(text));
        add("}}");
        out.writeBytes(END_OF_EVENT);
    }

    @Override
    public void close() {
        if (kind == Kind.REASONING) {
            delta(",\"delta\":{\"type\":\"signature_delta\",\"signature\":", ThinkingMark.of(model));
        }
        stop();
    }

    private void stop() {
        event(STOP);
        add("}");
        out.writeBytes(END_OF_EVENT);
        index++;
    }

    /** anthropic-java throws where no input comes at all, so an empty one always does. */
    @Override
    public void openCall(String id, String name) {
        event(START);
        add(",\"content_block\":{\"type\":\"tool_use\",\"id\":");
        out.writeBytes(Json.literal(ids.call(id)));
        add(",\"name\":");
        out.writeBytes(Json.literal(name));
        add(",\"input\":{}}}");
        out.writeBytes(END_OF_EVENT);
        arguments("");
    }

    @Override
    public void arguments(String piece) {
        delta(",\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":", piece);
    }

    @Override
    public void closeCall(boolean whole) {
        stop();
    }

    @Override
    public void end(Stop stop, String sequence, TokenUsage usage) {
        out.writeBytes(head("message_delta"));
        add(",\"delta\":{");
        out.writeBytes(AnswerEnd.reason(stop, refused, sequence, stops).getBytes(StandardCharsets.UTF_8));
        add("},\"usage\":" + AnswerEnd.usage(usage) + "}");
        out.writeBytes(END_OF_EVENT);
        out.writeBytes(head("message_stop"));
        add("}");
        out.writeBytes(END_OF_EVENT);
    }
}
