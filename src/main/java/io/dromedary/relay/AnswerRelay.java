package io.dromedary.relay;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import io.dromedary.answer.AnswerHeaders;
import io.dromedary.answer.AnswerPolicy;
import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestRun;
import io.dromedary.cache.CacheUse;
import io.dromedary.client.ClientCall;
import io.dromedary.client.ClientGone;
import io.dromedary.client.HedgeLost;
import io.dromedary.client.ServerSentEvents;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.dialect.StreamTranslation;
import io.dromedary.dialect.Telling;
import io.dromedary.dialect.Translation;
import io.dromedary.json.TokenUsage;
import io.dromedary.model.Endpoint;
import io.dromedary.request.PromptLength;
import io.dromedary.request.RequestFields;
import io.dromedary.settings.Limits;
import io.dromedary.upstream.ErrorClassifier;
import io.dromedary.upstream.HeldBytes;
import io.dromedary.upstream.PlainAnswer;
import io.dromedary.upstream.UpstreamError;

/**
 * Takes the answer of one attempt to the client: a plain one whole, a stream event by event, any other as it
 * comes. The first attempt of a request that has content answers; another one ends here. Used by the thread of the
 * attempt.
 */
public final class AnswerRelay {

    /** Two, and as much again for the names and escapes that a server writes more of. */
    private static final int ECHOES = 3;
    private static final int OK = 200;

    private final RequestRun run;
    private final Attempt attempt;
    private final ClientCall call;
    private final AnswerPolicy policy;
    private final Limits limits;
    private final Map<String, Object> upstreamHeaders;
    private final AnswerCopy copy;
    private boolean counted;

    /**
     * @param policy          which headers the client sees
     * @param upstreamHeaders the head of the upstream's answer
     */
    public AnswerRelay(RequestRun run, Attempt attempt, AnswerPolicy policy, Limits limits,
            Map<String, Object> upstreamHeaders) {
        this.run = run;
        this.attempt = attempt;
        this.call = attempt.call();
        this.policy = policy;
        this.limits = limits;
        this.upstreamHeaders = upstreamHeaders;
        this.copy = new AnswerCopy(limits.answerCopyBytes(),
                run.cacheUse().flatMap(CacheUse::record).orElse(null));
    }

    /** The first bytes of what was sent, as many as {@code gateway.answer.copy} says. */
    public byte[] copy() {
        return copy.bytes();
    }

    /**
     * Sends a whole answer, in the dialect of its client.
     *
     * @param translated what counts the answer in that dialect; the caller gives back what is left
     * @throws UpstreamFailed if it cannot be told in that dialect
     * @throws ClientGone if the client has left, or does not take it
     * @throws HedgeLost  if another attempt of the request answers
     */
    public void whole(PlainAnswer answer, HeldBytes translated) {
        // In its dialect before anybody has answered: where it cannot be told, another deployment is asked.
        PlainAnswer restored = restored(answer);
        PlainAnswer told = translation().map(translation -> restored.with(
                translation.answer(restored.body(), telling(translated)))).orElse(restored);
        boolean mine;
        // Written outside of the lock: a client may take its time, and the timer's thread waits for the same lock.
        synchronized (call) {
            if (call.gone()) {
                throw new ClientGone("the client left");
            }
            win();
            mine = call.answer().begin();
        }
        if (mine) {
            send(told);
        }
    }

    /** With the data back that was hidden from the model; bytes of another kind than JSON are as they came. */
    private PlainAnswer restored(PlainAnswer answer) {
        if (attempt.hidden().isEmpty() || run.endpoint().answer() == Endpoint.Answer.OPAQUE) {
            return answer;
        }
        try {
            return answer.with(RestoredAnswer.whole(answer.body(), attempt.hidden().get()));
        } catch (IOException e) {
            throw UpstreamFailed.unreadable("the answer is not JSON");
        }
    }

    private Telling telling(HeldBytes translated) {
        return new Telling(run.plan().model(), attempt.deployment().reasoningInTags(), translated::more);
    }

    private StreamRelay relay(StreamTranslation translation, HeldBytes translated) {
        ErrorClassifier errors = new ErrorClassifier(policy.tellApiBase());
        if (attempt.asSent().isEmpty()) {
            return new ChatStreamRelay(run, attempt, limits.heldBytes(), translation, errors);
        }
        // The first events of a response repeat what was asked for, its instructions and tools, twice.
        long echoed = (long) ECHOES * attempt.sent().length();
        translated.more(echoed);
        return new NativeStreamRelay(attempt.asSent().get().stream(run.plan().model()), attempt,
                (int) Math.min(Integer.MAX_VALUE, limits.heldBytes() + echoed), errors);
    }

    /** How the answer is told; empty where it comes in the dialect of the client already. */
    private Optional<Translation> translation() {
        return attempt.asSent().isPresent() ? Optional.empty() : run.translation();
    }

    private void send(PlainAnswer answer) {
        attempt.firstContent();
        Endpoint.Answer kind = run.endpoint().answer();
        // A vector or an image in JSON is no text: its bytes tell nothing of tokens.
        boolean text = kind == Endpoint.Answer.CHAT || kind == Endpoint.Answer.COMPLETION;
        attempt.used(answer.usage().orElseGet(() -> estimated(text ? answer.body().length : 0)));
        Map<String, String> headers = headers();
        AnswerHeaders.addCost(headers, attempt);
        AnswerHeaders.addType(headers, answer.type());
        // Its place is free before its client can ask again, which may be at once.
        attempt.close();
        call.answer().send(answer.status(), AnswerHeaders.timed(headers, call), answer.body());
        copy.add(answer.body());
        if (answer.status() == OK) {
            whole(answer.type());
        }
    }

    /** What another group has answered than the one that was asked may be asked anew. */
    private void whole(String type) {
        if (attempt.hop().fallback() == 0) {
            copy.whole(type);
        }
    }

    private Map<String, String> headers() {
        Map<String, String> headers = AnswerHeaders.of(call, run, policy);
        AnswerHeaders.addUpstream(headers, upstreamHeaders, policy);
        return headers;
    }

    /**
     * Relays a stream to its end.
     *
     * @param in   the body of the upstream's answer; null for none
     * @param held what counts large events; the caller gives back what is left
     * @param translated what counts what a dialect keeps of the stream; the same
     * @throws UpstreamFailed if it ends before it is whole; after its first content, the client has been told
     * @throws ClientGone    if the client has left
     * @throws Exception     what reading the body failed with before its first content
     */
    public void stream(InputStream in, HeldBytes held, HeldBytes translated) throws Exception {
        if (in == null) {
            throw UpstreamFailed.unreadable("the stream is empty");
        }
        StreamTranslation translation = translation()
                .map(request -> request.stream(telling(translated))).orElse(null);
        StreamRelay relay = relay(translation, translated);
        EventParser parser = new EventParser(relay, limits.eventBytes());
        StreamReading reading = new StreamReading(in, attempt, parser, relay, copy, held,
                translation == null ? 0 : attempt.deployment().keepAliveMs().orElse(limits.dialectKeepAliveMs()));
        try {
            while (!relay.over()) {
                byte[] ready = reading.next();
                tell(relay.takeProgress());
                hand(ready, relay);
            }
        } finally {
            // One that broke off, or whose client left, has cost something too.
            if (relay.whole() || attempt.answered()) {
                count(relay);
            }
        }
        finish(relay);
        call.answer().end();
        if (relay.whole()) {
            whole(ServerSentEvents.CONTENT_TYPE);
            reading.drain();
        }
    }

    /**
     * Passes an answer on as it comes, unread. What it cost in tokens is not known.
     *
     * @param in     the body of the upstream's answer
     * @param status its status
     * @param type   its content type; empty where it has none
     * @throws UpstreamFailed if it is empty
     * @throws HedgeLost      if another attempt of the request answers
     * @throws ClientGone     if the client has left
     * @throws Exception      what reading failed with
     */
    public void pass(InputStream in, int status, String type) throws Exception {
        boolean events = ServerSentEvents.isType(type);
        PassedAnswer passed = new PassedAnswer(in, attempt, events, copy);
        byte[] first = events ? passed.firstEvent() : passed.first();
        if (events) {
            refuseErrorEvent(first);
        }
        synchronized (call) {
            if (call.gone()) {
                throw new ClientGone("the client left");
            }
            win();
            if (!call.answer().begin()) {
                throw new ClientGone("the client was given another answer");
            }
            attempt.answers();
            attempt.firstContent();
            Map<String, String> headers = headers();
            if (events) {
                AnswerHeaders.addStream(headers, ServerSentEvents.CONTENT_TYPE);
            }
            AnswerHeaders.addType(headers, type.isEmpty() ? "application/octet-stream" : type);
            call.answer().open(status, headers);
            call.answer().sendsContent();
        }
        passed.relay(first);
    }

    /** A stream may begin with what its status has not said. */
    private void refuseErrorEvent(byte[] first) {
        byte[] error = ErrorEvent.in(first);
        if (error != null) {
            throw new ErrorClassifier(policy.tellApiBase()).classify(0, UpstreamError.read(error), attempt,
                    OptionalLong.empty());
        }
    }

    /** A stream that ends too early has not told all, in some dialects: what was sent counts then. */
    private TokenUsage used(StreamRelay relay) {
        if (!relay.usage().told()) {
            return estimated(relay.textBytes());
        }
        return relay.whole() ? relay.usage() : relay.usage().withAtLeast(relay.textBytes());
    }

    /** Of the prompt, only what is text counts: an image that travels in it has many bytes and few tokens. */
    private TokenUsage estimated(long answerBytes) {
        RequestFields asked = run.fields();
        long prompt = PromptLength.leastTokens(asked.body(), asked.fields());
        return TokenUsage.estimated(prompt > 0 ? prompt : TokenUsage.tokensIn(attempt.sent().length()), answerBytes);
    }

    /**
     * Sends what the client has asked to be told before the first content. The head of the answer goes with it, as with
     * comments that keep alive: another deployment can still take over, but a failure is an event from then on.
     */
    private void tell(byte[] progress) {
        if (progress.length == 0) {
            return;
        }
        synchronized (call) {
            if (!call.answer().contentSent() && !call.gone() && !attempt.lost()) {
                StreamHead.send(call, AnswerHeaders.of(call, run, policy));
                call.answer().writeAtOnce(progress);
            }
        }
    }

    private void count(StreamRelay relay) {
        if (!counted) {
            counted = true;
            attempt.used(used(relay));
        }
    }

    private void hand(byte[] ready, StreamRelay relay) {
        if (ready.length == 0) {
            return;
        }
        synchronized (call) {
            if (!attempt.answered()) {
                win();
                attempt.answers();
                attempt.firstContent();
                StreamHead.send(call, headers());
                call.answer().sendsContent();
            }
        }
        if (relay.over()) {
            count(relay); // clients go on at the last event: they do not wait for the end of the body
        }
        call.answer().write(ready);
        copy.add(ready);
    }

    /** The attempt answers, unless another one of the request has been faster. */
    private void win() {
        if (!run.race().win(attempt)) {
            throw new HedgeLost();
        }
    }

    /**
     * A stream that is not whole ends with one error event and a proper end of the body, so that nobody takes it for
     * whole.
     */
    private void finish(StreamRelay relay) {
        if (relay.whole()) {
            return;
        }
        UpstreamFailed failure = relay.failure();
        if (relay.content()) {
            call.failsWith(ErrorEvent.error(failure));
            call.answer().endWith(relay.errorEvent());
        }
        throw failure;
    }
}
