package io.dromedary.dialect.responses;

import java.io.ByteArrayOutputStream;
import java.util.function.LongConsumer;

import io.dromedary.client.AnswerForm;
import io.dromedary.client.ApiError;
import io.dromedary.dialect.AnswerParts;
import io.dromedary.dialect.PartSequence;
import io.dromedary.dialect.StreamTranslation;
import io.dromedary.dialect.Telling;

/** One stream: the chunks go through a {@link PartSequence} to the items, and these to events. */
final class ResponseStream implements StreamTranslation {

    private final AnswerItems items;
    private final StreamEvents events;
    private final Keeping keeping;
    private final LongConsumer takes;
    private final PartSequence sequence;

    ResponseStream(AnswerItems items, StreamEvents events, Keeping keeping, Telling telling) {
        this.items = items;
        this.events = events;
        this.keeping = keeping;
        this.takes = telling.takes();
        this.sequence = new PartSequence(items, telling);
    }

    @Override
    public void chunk(byte[] chunk, ByteArrayOutputStream out) {
        events.to(out);
        sequence.take(chunk);
    }

    @Override
    public void end(ByteArrayOutputStream out) {
        events.to(out);
        sequence.end();
        byte[] json = events.response().whole(items, keeping);
        takes.accept(json.length);
        events.ended(json, items.stop() != AnswerParts.Stop.LENGTH && items.stop() != AnswerParts.Stop.FILTER);
    }

    @Override
    public void fail(ApiError error, ByteArrayOutputStream out) {
        events.to(out);
        if (!events.hasBegun()) {
            events.begun();
        }
        events.failed(error, items.output());
    }

    @Override
    public void keepAlive(ByteArrayOutputStream out) {
        if (events.hasBegun()) {
            events.to(out);
            events.keepAlive();
        } else {
            out.writeBytes(AnswerForm.OPENAI.keepAlive());
        }
    }
}
