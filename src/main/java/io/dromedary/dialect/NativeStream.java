package io.dromedary.dialect;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.client.ApiError;
import io.dromedary.client.ServerSentEvents;
import io.dromedary.json.Json;
import io.dromedary.json.ObjectFields;
import io.dromedary.json.ObjectFields.Field;
import io.dromedary.json.TokenUsage;

/**
 * What the relay must know of the events of a stream in the client's own dialect: which hold content, which ends it,
 * whether one is an error, and where the model's name stands. The events stay as they are but for that name. Used by
 * one thread at a time.
 */
public abstract class NativeStream {

    /** What an event is to the relay. */
    protected enum Role {
        /** Comes before content, or between: held back until there is content. */
        OTHER,
        /** Something that the client's user sees. */
        CONTENT,
        /** The stream is whole with it. */
        END,
        /** The stream has failed. */
        ERROR
    }

    private final byte[] model;
    private final String container;
    private boolean content;
    private boolean whole;
    private int textBytes;
    private byte[] error;
    private long sequence = -1;

    /**
     * @param model     the model's name for the client
     * @param container the field of an event in whose object the model's name stands
     */
    protected NativeStream(String model, String container) {
        this.model = Json.literal(model);
        this.container = container;
    }

    /** What an event of that {@code type} is. */
    protected abstract Role role(String type);

    /**
     * Reads what the event says of tokens.
     *
     * @param json   the event's data
     * @param fields of it: {@code type}, {@code usage} and the container
     */
    protected abstract void count(byte[] json, ObjectFields fields) throws IOException;

    /** What the stream has said it has cost; {@link TokenUsage#NONE} where it has not. */
    public abstract TokenUsage usage();

    /** Writes the one event that says that the stream broke off after its first content. */
    public abstract void fail(ApiError failure, ByteArrayOutputStream out);

    /**
     * The next event.
     *
     * @param head its lines beside data, each with a line feed
     * @param data a JSON object
     * @param out  takes what is for the client
     * @throws IOException if it is no JSON object
     */
    public final void event(String head, byte[] data, ByteArrayOutputStream out) throws IOException {
        ObjectFields fields = ObjectFields.pickOfAnswer(data, "type", "usage", "error", "sequence_number", "delta",
                container);
        Role role = role(fields.find("type").flatMap(fields::text).orElse(""));
        if (role == Role.ERROR) {
            error = errorIn(data, fields);
            return;
        }
        content |= role == Role.CONTENT;
        textBytes = role == Role.CONTENT ? fields.find("delta").map(Field::length).orElse(0) : 0;
        whole = role == Role.END;
        fields.find("sequence_number").flatMap(fields::text).ifPresent(this::follow);
        count(data, fields);
        ServerSentEvents.appendBeginning(out, head);
        Field name = nameIn(data, fields.find(container).orElse(null));
        int from = 0;
        if (name != null) {
            line(data, 0, name.value(), out);
            out.writeBytes(model);
            from = name.end();
        }
        line(data, from, data.length, out);
        ServerSentEvents.appendEnd(out);
    }

    /** An error stands at the top of the event, or in what has failed. */
    private byte[] errorIn(byte[] data, ObjectFields fields) throws IOException {
        Field failed = fields.find(container).filter(field -> field.kind() == JsonToken.START_OBJECT).orElse(null);
        Field inside = failed == null ? null : ObjectFields.pickOfAnswer(data, failed.value(), failed.end(), "error")
                .find("error").filter(field -> field.kind() == JsonToken.START_OBJECT).orElse(null);
        return inside == null ? data : Arrays.copyOfRange(data, inside.value(), inside.end());
    }

    private void follow(String number) {
        boolean fits = !number.isEmpty() && number.length() < 18 && number.chars().allMatch(Character::isDigit);
        sequence = fits ? Long.parseLong(number) : sequence;
    }

    private static Field nameIn(byte[] data, Field container) throws IOException {
        if (container == null || container.kind() != JsonToken.START_OBJECT) {
            return null;
        }
        return ObjectFields.pickOfAnswer(data, container.value(), container.end(), "model").find("model")
                .filter(model -> model.kind() == JsonToken.VALUE_STRING).orElse(null);
    }

    /** Line ends stand between JSON's tokens only, and data is one line. */
    private static void line(byte[] data, int from, int to, ByteArrayOutputStream out) {
        for (int at = from; at < to; at++) {
            out.write(data[at] == '\n' ? ' ' : data[at]);
        }
    }

    /** Whether content has come. */
    public final boolean content() {
        return content;
    }

    /** How many bytes of what its client reads were in the last event, about. */
    public final int textBytes() {
        return textBytes;
    }

    /** Whether the stream is whole. */
    public final boolean whole() {
        return whole;
    }

    /** The data of the event by which the upstream says that it has failed; null if there was none. */
    public final byte[] error() {
        return error;
    }

    /** The number that the next event has, where events are numbered. */
    protected final long nextNumber() {
        return sequence + 1;
    }
}
