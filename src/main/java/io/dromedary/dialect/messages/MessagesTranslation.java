package io.dromedary.dialect.messages;

import java.util.Collection;
import java.util.List;

import io.dromedary.dialect.Dialect;
import io.dromedary.dialect.DialectRequest;
import io.dromedary.dialect.NativeRequest;
import io.dromedary.dialect.PartSequence;
import io.dromedary.dialect.StreamTranslation;
import io.dromedary.dialect.Telling;
import io.dromedary.dialect.TopFields;
import io.dromedary.dialect.Translation;

/**
 * A request of the Messages API in chat's terms.
 *
 * @param dialect of its client
 * @param request as it came
 * @param top     the fields of its body
 * @param chat    the chat completion's request
 * @param dropped the fields, blocks and tools that no upstream sees
 * @param stops   the stop sequences that the client asked for
 */
record MessagesTranslation(Dialect dialect, DialectRequest request, TopFields top, byte[] chat,
        Collection<String> dropped, List<String> stops) implements Translation {

    @Override
    public NativeRequest asSent() {
        return new NativeMessages(top, request);
    }

    @Override
    public byte[] answer(byte[] completion, Telling telling) {
        PlainMessage message = new PlainMessage(new AnswerIds(request.callId()), telling.model(), stops,
                telling.takes());
        PartSequence parts = new PartSequence(message, telling);
        parts.take(completion);
        parts.end();
        return message.bytes();
    }

    @Override
    public StreamTranslation stream(Telling telling) {
        return new MessageEvents(request.callId(), stops, telling);
    }
}
