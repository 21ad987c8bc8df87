package io.dromedary.relay;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestRun;
import io.dromedary.client.ApiError;
import io.dromedary.client.Ending;
import io.dromedary.client.FailureKind;
import io.dromedary.client.ServerSentEvents;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.dialect.NativeStream;
import io.dromedary.dialect.StreamTranslation;
import io.dromedary.json.Json;
import io.dromedary.time.ClockExpired;
import io.dromedary.upstream.ErrorClassifier;
import io.dromedary.upstream.UpstreamError;

/**
 * The state of one stream on its way to the client. Holds what comes before the first content, so that another
 * deployment can still be asked; from then on hands on each event when it has come. Does not read or write by itself.
 *
 * <p>A stream is whole with {@code [DONE]}, or when its body ends after every choice had its
 * {@code finish_reason}.
 */
final class StreamRelay implements EventParser.Sink {

    private static final Pattern ERROR_EVENT = Pattern.compile("(?m)^event: ?error$");

    /** What an event has besides its data and its other lines. */
    private static final int FRAME = 8;

    private static final byte[] EMPTY = new byte[0];

    private final RequestRun run;
    private final Attempt attempt;
    private final byte[] model;
    private final int mostHeld;
    private final StreamTranslation translation;
    private final NativeStream inDialect;
    private final ErrorClassifier errors;
    private final Choices finished = Choices.none();
    private final Choices choices = Choices.none();
    private final Collected out = new Collected(512);
    private final Collected progress = new Collected(0);
    private final boolean wantsProgress;
    private OptionalLong tokens = OptionalLong.empty();
    private long bytes;
    private boolean content;
    private boolean done;
    private UpstreamFailed failure;

    /**
     * @param mostHeld how many bytes may come before the first content
     * @param translation tells the stream in the dialect of its client; null where that is the upstream's own
     * @param errors   understands the errors that it may hold
     */
    StreamRelay(RequestRun run, Attempt attempt, int mostHeld, StreamTranslation translation, ErrorClassifier errors) {
        this.translation = translation;
        this.inDialect = attempt.asSent().map(request -> request.stream(run.plan().model())).orElse(null);
        this.errors = errors;
        this.run = run;
        this.attempt = attempt;
        this.mostHeld = mostHeld;
        this.wantsProgress = run.fields().fields().find("return_progress")
                .filter(asked -> asked.kind() == JsonToken.VALUE_TRUE).isPresent();
        this.model = Json.literal(run.plan().model());
    }

    @Override
    public void event(String head, byte[] data) {
        if (over()) {
            return;
        }
        boolean last = Arrays.equals(strip(data), ServerSentEvents.DONE);
        if (inDialect != null) {
            eventInDialect(head, last ? EMPTY : data);
            return;
        }
        if (last) {
            done();
            return;
        }
        Chunk chunk;
        try {
            chunk = Chunk.read(data);
        } catch (IOException e) {
            garbage("data that is no chunk");
            return;
        }
        if (chunk.error() != null || !head.isEmpty() && ERROR_EVENT.matcher(head).find()) {
            error(chunk.error() != null ? chunk.error() : data);
            return;
        }
        if (chunk.failed() && !content && !chunk.content()) {
            failure = UpstreamFailed.unreadable("the stream ends with an error before its first content");
            return;
        }
        if (chunk.progress() && !content && !chunk.content()) {
            // Never held: a long prompt brings hundreds of them.
            if (wantsProgress) {
                append(progress, head, chunk);
            }
            return;
        }
        if (translation == null) {
            content |= chunk.content();
            append(out, head, chunk);
        } else if (!translate(() -> translation.chunk(data, out))) {
            return;
        } else {
            // What a dialect keeps for the time being is no content yet: nobody has seen it.
            content |= out.size() > 0;
        }
        choices.addAll(chunk.choices());
        if (chunk.tokens() > 0) {
            tokens = OptionalLong.of(chunk.tokens());
        }
        bytes += data.length;
        finished.addAll(chunk.finished());
        checkHeld();
    }

    /** No dialect but chat ends with {@code [DONE]}; some servers send it all the same. */
    private void eventInDialect(String head, byte[] data) {
        if (data == EMPTY) {
            return;
        }
        try {
            inDialect.event(head, data, out);
        } catch (IOException e) {
            garbage("data that is no event");
            return;
        }
        if (inDialect.error() != null) {
            error(inDialect.error());
            return;
        }
        bytes += data.length;
        tokens = inDialect.tokens();
        done = inDialect.whole();
        content |= done || inDialect.content();
        checkHeld();
    }

    private boolean translate(Runnable step) {
        try {
            step.run();
        } catch (UpstreamFailed e) {
            failure = e;
        } catch (ApiError e) {
            noRoom();
        }
        return failure == null;
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
            ServerSentEvents.appendComment(out, line);
            checkHeld();
        }
    }

    @Override
    public void error(byte[] value) {
        if (over()) {
            return;
        }
        failure = errors.classify(0, UpstreamError.read(value), attempt, OptionalLong.empty());
    }

    @Override
    public void garbage(String what) {
        if (!over()) {
            failure = UpstreamFailed.unreadable("the stream holds " + what);
        }
    }

    /** Nothing has come for some time: the client of a dialect gets a sign of life. */
    void keepAlive() {
        if (!over() && content && translation != null) {
            translation.keepAlive(out);
        }
    }

    /** Reading the body failed after content had come. */
    void broken(Exception cause) {
        if (!over()) {
            failure = cause instanceof UpstreamFailed || cause instanceof ClockExpired
                    ? (UpstreamFailed) Ending.of(cause)
                    : UpstreamFailed.unreadable("the stream broke off");
        }
    }

    /** Content has come, and an event for which there is no memory. */
    void noRoom() {
        if (!over()) {
            failure = new UpstreamFailed(FailureKind.GATEWAY_FULL, "the gateway holds as many bytes as it may");
        }
    }

    /** The body has ended: the stream is whole, or broken off. */
    void end() {
        if (over()) {
            return;
        }
        if (inDialect == null && hasAnswer() && allFinished()) {
            finish();
        } else {
            failure = UpstreamFailed.unreadable(content ? "the stream broke off" : "the stream is empty");
        }
    }

    private void done() {
        if (hasAnswer()) {
            finish();
        } else {
            failure = UpstreamFailed.unreadable("the stream is empty");
        }
    }

    private void finish() {
        if (translation == null) {
            ServerSentEvents.append(out, "", ServerSentEvents.DONE);
            done = true;
        } else {
            done = translate(() -> translation.end(out));
            content |= done;
        }
    }

    /** An answer without a word is one, too, where the upstream says that it has finished. */
    private boolean hasAnswer() {
        return content || translation != null && finished.any();
    }

    /** The event that ends a stream which is not whole, in the dialect of its client. */
    byte[] errorEvent() {
        Collected event = new Collected(0);
        if (inDialect != null) {
            inDialect.fail(ErrorEvent.error(failure), event);
        } else if (translation != null) {
            translation.fail(ErrorEvent.error(failure), event);
        } else {
            return ErrorEvent.of(failure);
        }
        return event.takeAll();
    }

    private boolean allFinished() {
        return finished.holdAll(run.fields().choices(), choices);
    }

    private void checkHeld() {
        if (!content && out.size() > mostHeld) {
            failure = UpstreamFailed.unreadable("the stream has " + out.size() + " bytes before its first content");
        }
    }

    private static byte[] strip(byte[] data) {
        return data.length > 16 ? data : new String(data, StandardCharsets.UTF_8).strip()
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Whether nothing that still comes matters. */
    boolean over() {
        return done || failure != null;
    }

    /** Whether the stream is whole. */
    boolean whole() {
        return done;
    }

    /** Whether content has come, so that the answer may begin. */
    boolean content() {
        return content;
    }

    /** The tokens that the stream says it has cost. */
    OptionalLong tokens() {
        return tokens;
    }

    /** How many bytes of events there were. */
    long bytes() {
        return bytes;
    }

    /** What ended the stream, or null. */
    UpstreamFailed failure() {
        return failure;
    }

    /** How many bytes wait for {@link #take}. */
    int ready() {
        return out.size();
    }

    /**
     * What has come since the last call of progress before the first content, where the client has asked for it; else
     * empty.
     */
    byte[] takeProgress() {
        if (progress.size() == 0) {
            return new byte[0];
        }
        return progress.takeAll();
    }

    /** What is ready for the client since the last call; empty while the answer may not begin. */
    byte[] take() {
        if (!content || out.size() == 0) {
            return new byte[0];
        }
        return out.takeAll();
    }
}
