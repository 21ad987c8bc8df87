package io.dromedary.relay;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestRun;
import io.dromedary.client.ApiError;
import io.dromedary.client.ServerSentEvents;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.dialect.StreamTranslation;
import io.dromedary.json.Json;
import io.dromedary.upstream.ErrorClassifier;

/**
 * The stream of a chat completion or a text completion, for a client that asked for one, or that speaks another
 * dialect. It is whole with {@code [DONE]}, or when its body ends after every choice had its {@code finish_reason}.
 */
final class ChatStreamRelay extends StreamRelay {

    private static final Pattern ERROR_EVENT = Pattern.compile("(?m)^event: ?error$");

    /** What an event has besides its data and its other lines. */
    private static final int FRAME = 8;
    /** Of so many bytes of events, an answer is large. */
    private static final int LARGE_ANSWER = 1024 * 1024;

    private final RequestRun run;
    private final byte[] model;
    private final StreamTranslation translation;
    private final Choices finished = Choices.none();
    private final Choices choices = Choices.none();
    private final Collected progress = new Collected(0);
    private final boolean wantsProgress;
    private final boolean hidesUsage;
    private RestoredAnswer restored;

    /**
     * @param mostHeld    how many bytes may come before the first content
     * @param translation tells the stream in the dialect of its client; null where that is chat
     * @param errors      understands the errors that it may hold
     */
    ChatStreamRelay(RequestRun run, Attempt attempt, int mostHeld, StreamTranslation translation,
            ErrorClassifier errors) {
        super(attempt, mostHeld, errors);
        this.run = run;
        this.translation = translation;
        this.hidesUsage = attempt.hidesUsage();
        this.restored = attempt.hidden().map(RestoredAnswer::new).orElse(null);
        this.wantsProgress = run.fields().fields().find("return_progress")
                .filter(asked -> asked.kind() == JsonToken.VALUE_TRUE).isPresent();
        this.model = Json.literal(run.plan().model());
    }

    @Override
    public void event(String head, byte[] came) {
        if (over()) {
            return;
        }
        if (Arrays.equals(strip(came), ServerSentEvents.DONE)) {
            tellRest();
            if (hasAnswer()) {
                finish();
            } else {
                incomplete();
            }
            return;
        }
        byte[] data;
        Chunk chunk;
        try {
            data = restored == null ? came : restored.next(came);
            chunk = Chunk.read(data);
        } catch (IOException e) {
            garbage("data that is no chunk");
            return;
        }
        if (chunk.error() != null || !head.isEmpty() && ERROR_EVENT.matcher(head).find()) {
            error(chunk.error() != null ? chunk.error() : data);
            return;
        }
        if (chunk.failed() && !content() && !chunk.content()) {
            fail(UpstreamFailed.unreadable("the stream ends with an error before its first content"));
            return;
        }
        if (chunk.progress() && !content() && !chunk.content()) {
            // Never held: a long prompt brings hundreds of them.
            if (wantsProgress) {
                append(progress, head, chunk);
            }
            return;
        }
        boolean ofUsage = chunk.usage().told() && !chunk.choices().any();
        if (translation == null) {
            if (!ofUsage || !hidesUsage) {
                append(out(), head, chunk);
            }
        } else if (!translate(() -> translation.chunk(data, out()))) {
            return;
        }
        choices.addAll(chunk.choices());
        finished.addAll(chunk.finished());
        // What a dialect keeps for the time being is no content yet: nobody has seen it.
        read(data, chunk.contentBytes(), translation == null ? chunk.content() : out().size() > 0, chunk.usage());
    }

    /** What has waited for the rest of a mark was none. */
    private void tellRest() {
        byte[] rest = restored == null ? null : restored.rest();
        restored = null;
        if (rest != null) {
            event("", rest);
        }
    }

    private boolean translate(Runnable step) {
        try {
            step.run();
        } catch (UpstreamFailed e) {
            fail(e);
        } catch (ApiError e) {
            noRoom();
        }
        return failure() == null;
    }

    private void append(Collected to, String head, Chunk chunk) {
        to.room(3 * head.length() + chunk.length() + model.length + FRAME);
        ServerSentEvents.appendBeginning(to, head);
        chunk.appendTo(to, model);
        ServerSentEvents.appendEnd(to);
    }

    @Override
    public void comment(byte[] line) {
        if (!over() && translation == null) {
            ServerSentEvents.appendComment(out(), line);
            checkHeld();
        }
    }

    @Override
    void keepAlive() {
        if (!over() && content() && translation != null) {
            translation.keepAlive(out());
        }
    }

    /** A dialect may say all of an answer again at its end. */
    @Override
    boolean endsLarge() {
        return translation != null && bytes() > LARGE_ANSWER;
    }

    @Override
    void end() {
        if (over()) {
            return;
        }
        tellRest();
        if (hasAnswer() && finished.holdAll(run.fields().choices(), choices)) {
            finish();
        } else {
            incomplete();
        }
    }

    private void finish() {
        if (translation == null) {
            ServerSentEvents.append(out(), "", ServerSentEvents.DONE);
            finished();
        } else if (translate(() -> translation.end(out()))) {
            finished();
        }
    }

    /** A translated answer without a word is one, too, where the upstream says that it has finished. */
    private boolean hasAnswer() {
        return content() || translation != null && finished.any();
    }

    @Override
    byte[] errorEvent() {
        if (translation == null) {
            return ErrorEvent.of(failure());
        }
        Collected event = new Collected(0);
        translation.fail(ErrorEvent.error(failure()), event);
        return event.takeAll();
    }

    private static byte[] strip(byte[] data) {
        return data.length > 16 ? data : new String(data, StandardCharsets.UTF_8).strip()
                .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    byte[] takeProgress() {
        return progress.size() == 0 ? super.takeProgress() : progress.takeAll();
    }
}
