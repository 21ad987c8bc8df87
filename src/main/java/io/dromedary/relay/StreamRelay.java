package io.dromedary.relay;

import java.util.OptionalLong;

import io.dromedary.attempt.Attempt;
import io.dromedary.client.Ending;
import io.dromedary.client.FailureKind;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.json.TokenUsage;
import io.dromedary.time.ClockExpired;
import io.dromedary.upstream.ErrorClassifier;
import io.dromedary.upstream.UpstreamError;

/**
 * The state of one stream on its way to the client. Holds what comes before the first content, so that another
 * deployment can still be asked; from then on hands on each event when it has come. Does not read or write by itself.
 */
abstract class StreamRelay implements EventParser.Sink {

    private static final byte[] NOTHING = {};

    private final Attempt attempt;
    private final int mostHeld;
    private final ErrorClassifier errors;
    private final Collected out = new Collected(512);
    private TokenUsage usage = TokenUsage.NONE;
    private long bytes;
    private long textBytes;
    private boolean content;
    private boolean done;
    private UpstreamFailed failure;

    /**
     * @param mostHeld how many bytes may come before the first content
     * @param errors   understands the errors that it may hold
     */
    StreamRelay(Attempt attempt, int mostHeld, ErrorClassifier errors) {
        this.attempt = attempt;
        this.mostHeld = mostHeld;
        this.errors = errors;
    }

    /** The event that ends a stream which is not whole, in the dialect of its client. */
    abstract byte[] errorEvent();

    /** Nothing has come for some time: writes a sign of life, where the client needs one. */
    abstract void keepAlive();

    /** The body has ended: the stream is whole, or broken off. */
    abstract void end();

    /** What is for the client; it is handed on once there is content. */
    final Collected out() {
        return out;
    }

    /**
     * An event has been read.
     *
     * @param textBytes how many bytes of what its client reads are in it, about
     */
    final void read(byte[] data, int textBytes, boolean holdsContent, TokenUsage told) {
        content |= holdsContent;
        bytes += data.length;
        this.textBytes += textBytes;
        if (told.told()) {
            usage = told;
        }
        checkHeld();
    }

    /** The stream is whole. */
    final void finished() {
        content = true;
        done = true;
    }

    /** The stream is none, or ends here. */
    final void fail(UpstreamFailed why) {
        if (!over()) {
            failure = why;
        }
    }

    @Override
    public final void error(byte[] value) {
        if (!over()) {
            failure = errors.classify(0, UpstreamError.read(value), attempt, OptionalLong.empty());
        }
    }

    @Override
    public final void garbage(String what) {
        fail(UpstreamFailed.unreadable("the stream holds " + what));
    }

    /** Reading the body failed after content had come. */
    final void broken(Exception cause) {
        if (!over()) {
            failure = cause instanceof UpstreamFailed || cause instanceof ClockExpired
                    ? (UpstreamFailed) Ending.of(cause)
                    : UpstreamFailed.unreadable("the stream broke off");
        }
    }

    /** Content has come, and an event for which there is no memory. */
    final void noRoom() {
        fail(new UpstreamFailed(FailureKind.GATEWAY_FULL, "the gateway holds as many bytes as it may"));
    }

    /** The body has ended too early. */
    final void incomplete() {
        fail(UpstreamFailed.unreadable(content ? "the stream broke off" : "the stream is empty"));
    }

    final void checkHeld() {
        if (!content && out.size() > mostHeld) {
            failure = UpstreamFailed.unreadable("the stream has " + out.size() + " bytes before its first content");
        }
    }

    /** Whether nothing that still comes matters. */
    final boolean over() {
        return done || failure != null;
    }

    /** Whether the stream is whole. */
    final boolean whole() {
        return done;
    }

    /** Whether content has come, so that the answer may begin. */
    final boolean content() {
        return content;
    }

    /** What the stream says it has cost; {@link TokenUsage#NONE} if it does not say. */
    final TokenUsage usage() {
        return usage;
    }

    /** How many bytes of events there were. */
    final long bytes() {
        return bytes;
    }

    /** How many bytes of what its client reads there were, about. */
    final long textBytes() {
        return textBytes;
    }

    /** What ended the stream, or null. */
    final UpstreamFailed failure() {
        return failure;
    }

    /** Whether what the stream's end makes is much, and takes long: not for an event loop. */
    boolean endsLarge() {
        return false;
    }

    /** How many bytes wait for {@link #take}. */
    final int ready() {
        return out.size();
    }

    /**
     * What has come since the last call of progress before the first content, where the client has asked for it; else
     * empty.
     */
    byte[] takeProgress() {
        return NOTHING;
    }

    /** What is ready for the client since the last call; empty while the answer may not begin. */
    final byte[] take() {
        return !content || out.size() == 0 ? NOTHING : out.takeAll();
    }
}
