package io.dromedary.dialect.responses;

import java.util.Collection;
import java.util.function.LongConsumer;

import io.dromedary.dialect.Dialect;
import io.dromedary.dialect.NativeRequest;
import io.dromedary.dialect.PartSequence;
import io.dromedary.dialect.StreamTranslation;
import io.dromedary.dialect.Telling;
import io.dromedary.dialect.Translation;

/** A request of the Responses API in chat's terms, and the way back of its answer. */
final class ResponseTranslation implements Translation {

    private final Dialect dialect;
    private final NativeRequest asSent;
    private final byte[] chat;
    private final Collection<String> dropped;
    private final Echo echo;
    private final ToolNames names;
    private final Keeping keeping;
    private final ReasoningSeal seal;
    private final String owner;

    /** @param seal null where the client wants nothing sealed */
    ResponseTranslation(Dialect dialect, NativeRequest asSent, byte[] chat, Collection<String> dropped, Echo echo,
            ToolNames names, Keeping keeping, ReasoningSeal seal, String owner) {
        this.dialect = dialect;
        this.asSent = asSent;
        this.chat = chat;
        this.dropped = dropped;
        this.echo = echo;
        this.names = names;
        this.keeping = keeping;
        this.seal = seal;
        this.owner = owner;
    }

    @Override
    public Dialect dialect() {
        return dialect;
    }

    @Override
    public NativeRequest asSent() {
        return asSent;
    }

    @Override
    public byte[] chat() {
        return chat;
    }

    @Override
    public Collection<String> dropped() {
        return dropped;
    }

    private AnswerItems items(ResponseIds ids, ItemEvents events, LongConsumer takes) {
        return new AnswerItems(ids, names, seal == null ? null : text -> seal.seal(owner, text), events, takes);
    }

    @Override
    public byte[] answer(byte[] completion, Telling telling) {
        ResponseIds ids = ResponseIds.random();
        AnswerItems items = items(ids, ItemEvents.NONE, telling.takes());
        PartSequence sequence = new PartSequence(items, telling);
        sequence.take(completion);
        sequence.end();
        return new ResponseJson(ids, telling.model(), echo, telling.takes()).whole(items, keeping);
    }

    @Override
    public StreamTranslation stream(Telling telling) {
        ResponseIds ids = ResponseIds.random();
        ResponseJson response = new ResponseJson(ids, telling.model(), echo, telling.takes());
        StreamEvents events = new StreamEvents(response);
        return new ResponseStream(items(ids, events, telling.takes()), events, keeping, telling);
    }
}
