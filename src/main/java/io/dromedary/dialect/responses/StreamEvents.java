package io.dromedary.dialect.responses;

import java.io.ByteArrayOutputStream;

import io.dromedary.client.ApiError;
import io.dromedary.client.ServerSentEvents;
import io.dromedary.dialect.Held;
import io.dromedary.json.Json;

/** Writes the events of one stream, numbered from 0. */
final class StreamEvents implements ItemEvents {

    private static final Held NOTHING = new Held(bytes -> { });

    private final ResponseJson response;
    private ByteArrayOutputStream out;
    private int next;

    StreamEvents(ResponseJson response) {
        this(response, 0);
    }

    /** @param first the number of the first event */
    StreamEvents(ResponseJson response, int first) {
        this.response = response;
        this.next = first;
    }

    /** Where the events go from now on. */
    void to(ByteArrayOutputStream stream) {
        out = stream;
    }

    private void ascii(String text) {
        out.writeBytes(Held.ascii(text));
    }

    private void begin(String type) {
        ServerSentEvents.appendBeginning(out, "event: " + type + "\n");
        ascii("{\"type\":\"" + type + "\",\"sequence_number\":" + next++);
    }

    private void end() {
        ascii("}");
        ServerSentEvents.appendEnd(out);
    }

    /** Whether anything has been sent. */
    boolean hasBegun() {
        return next > 0;
    }

    @Override
    public void begun() {
        response.takesTwice();
        for (String type : new String[] {"response.created", "response.in_progress"}) {
            begin(type);
            ascii(",\"response\":");
            response.inProgress(out);
            end();
        }
    }

    @Override
    public void added(OutputItem item, byte[] json) {
        begin("response.output_item.added");
        ascii(",\"output_index\":" + item.number() + ",\"item\":");
        out.writeBytes(json);
        end();
        if (!item.kind().part().isEmpty()) {
            part(item, ".added", NOTHING);
        }
    }

    private void place(OutputItem item) {
        ascii(",\"item_id\":\"" + item.id() + "\",\"output_index\":" + item.number());
        if (!item.kind().index().isEmpty()) {
            ascii(",\"" + item.kind().index() + "\":0");
        }
    }

    private void part(OutputItem item, String suffix, Held text) {
        begin(item.kind().part() + suffix);
        place(item);
        ascii(",\"part\":");
        item.kind().part(out, text);
        end();
    }

    @Override
    public void grown(OutputItem item, byte[] literal) {
        begin(item.kind().growth() + ".delta");
        place(item);
        ascii(",\"delta\":");
        out.writeBytes(literal);
        ascii(item.kind() == ItemKind.TEXT ? ",\"logprobs\":[]" : "");
        end();
    }

    @Override
    public void done(OutputItem item, Held output, int from) {
        begin(item.kind().growth() + ".done");
        place(item);
        if (item.kind() == ItemKind.FUNCTION) {
            ascii(",\"name\":");
            out.writeBytes(Json.literal(item.tool().name()));
        }
        ascii(",\"" + item.kind().field() + "\":\"");
        item.text().copy(0, out);
        ascii(item.kind() == ItemKind.TEXT ? "\",\"logprobs\":[]" : "\"");
        end();
        if (!item.kind().part().isEmpty()) {
            part(item, ".done", item.text());
        }
        begin("response.output_item.done");
        ascii(",\"output_index\":" + item.number() + ",\"item\":");
        output.copy(from, out);
        end();
    }

    /** The last event of an answer that ended well, or at a limit. */
    void ended(byte[] json, boolean complete) {
        begin(complete ? "response.completed" : "response.incomplete");
        ascii(",\"response\":");
        out.writeBytes(json);
        end();
    }

    /** The last event of a stream that broke off. */
    void failed(ApiError error, Held output) {
        begin("response.failed");
        ascii(",\"response\":");
        response.failed(out, error, output);
        end();
    }

    /** A sign of life, which the official clients pass over. */
    void keepAlive() {
        begin("keepalive");
        end();
    }

    /** The response that all events are of. */
    ResponseJson response() {
        return response;
    }
}
