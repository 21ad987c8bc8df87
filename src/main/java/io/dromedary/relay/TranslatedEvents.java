package io.dromedary.relay;

import java.util.Arrays;

import io.dromedary.client.ApiError;
import io.dromedary.client.ServerSentEvents;
import io.dromedary.dialect.StreamTranslation;

/**
 * Tells a chat completion's stream that a route has made in the dialect of its client. Such a stream is the gateway's
 * own: it is not checked as an upstream's is. Used by one thread.
 */
public final class TranslatedEvents implements EventParser.Sink {

    private final StreamTranslation translation;
    private final EventParser parser;
    private final Collected out = new Collected(512);
    private boolean over;

    /** @param longest how many bytes an event may have */
    public TranslatedEvents(StreamTranslation translation, int longest) {
        this.translation = translation;
        this.parser = new EventParser(this, longest);
    }

    /** Takes the next bytes of the stream, and gives those for the client. */
    public byte[] next(byte[] bytes, int length) {
        parser.feed(bytes, length);
        return out.takeAll();
    }

    /** The stream has ended: the last bytes for the client. */
    public byte[] end() {
        parser.end();
        if (!over) {
            finish();
        }
        return out.takeAll();
    }

    private void finish() {
        over = true;
        translation.end(out);
    }

    @Override
    public void event(String head, byte[] data) {
        if (over) {
            return;
        }
        if (Arrays.equals(data, ServerSentEvents.DONE)) {
            finish();
        } else {
            translation.chunk(data, out);
        }
    }

    @Override
    public void comment(byte[] line) {
        // Says nothing to a client.
    }

    @Override
    public void error(byte[] value) {
        garbage("an error");
    }

    @Override
    public void garbage(String what) {
        if (!over) {
            over = true;
            translation.fail(ApiError.of(500, "server_error", "route_failed", null,
                    "The stream of a route holds " + what), out);
        }
    }
}
