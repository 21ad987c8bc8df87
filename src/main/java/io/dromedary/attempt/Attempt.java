package io.dromedary.attempt;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;

import io.netty.channel.EventLoop;

import io.dromedary.client.ClientCall;
import io.dromedary.client.ClientGone;
import io.dromedary.client.Ending;
import io.dromedary.client.HedgeLost;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.dialect.NativeRequest;
import io.dromedary.http.CallControl;
import io.dromedary.json.JsonSlices;
import io.dromedary.json.TokenUsage;
import io.dromedary.model.Deployment;
import io.dromedary.model.Endpoint;
import io.dromedary.model.Need;
import io.dromedary.model.Plan;
import io.dromedary.request.HiddenTexts;
import io.dromedary.request.RequestFields;
import io.dromedary.request.RequestSteering;
import io.dromedary.time.Clock;
import io.dromedary.time.Deadline;
import io.dromedary.time.PunctualLoop;

/**
 * One call of one deployment on behalf of one request: its clocks, and how it is cancelled when the client leaves.
 * {@link #close} ends both; harmless when called again.
 */
public final class Attempt implements CallControl, AutoCloseable {

    private static final long AFTER_THE_END_MS = 500;

    private final Plan.Hop hop;
    private final ClientCall call;
    private final Endpoint endpoint;
    private final Timeouts timeouts;
    private final boolean stream;
    private final RequestSteering steering;
    private final Set<Need> needs;
    private final Deadline deadline;
    private final Runnable cancel = this::abort;
    private final List<Runnable> atEnd = new ArrayList<>(2);
    private final Map<String, String> upstreamHeaders = new LinkedHashMap<>();
    private final long startedNanos = System.nanoTime();
    private volatile Runnable abort = () -> { };
    private Thread thread = Thread.currentThread();
    private final RequestEvents events;
    private volatile TokenUsage usage = TokenUsage.NONE;
    private volatile BigDecimal cost;
    private volatile String spanId;
    private boolean hidesUsage;
    private volatile long askedNanos;
    private volatile long contentNanos;
    private volatile long endedNanos;
    private volatile boolean hedge;
    private Runnable giveBack;
    private byte[] body;
    private JsonSlices sent;
    private LongPredicate roomForSent;
    private byte[] sentBytes;
    private final List<ParameterChange> leftOut = new ArrayList<>(1);
    private ParameterChange refused;
    private boolean answered;
    private boolean ended;
    private volatile boolean lost;
    private UpstreamFailed failure;
    private NativeRequest nativeRequest;
    private HiddenTexts hidden;

    /**
     * @param fields what the client wants: a stream or not, and its own time-outs
     * @param endpoint what is asked for
     * @param events who is told of it
     */
    public Attempt(Plan.Hop hop, ClientCall call, Timeouts timeouts, RequestFields fields, Endpoint endpoint,
            RequestEvents events) {
        this.endpoint = endpoint;
        this.events = events;
        this.hop = hop;
        this.call = call;
        this.timeouts = timeouts;
        this.stream = fields.stream();
        this.steering = fields.steering();
        this.needs = fields.needs();
        this.deadline = new Deadline(timeouts.timer(), cancel);
        call.onGone(cancel);
    }

    /** What of the plan it is. */
    public Plan.Hop hop() {
        return hop;
    }

    /** Who is asked. */
    public Deployment deployment() {
        return hop.deployment();
    }

    /** Whose answer it is to be. */
    public ClientCall call() {
        return call;
    }

    /** What is asked for. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** What the client asks for that not every model can do. */
    public Set<Need> needs() {
        return needs;
    }

    /** Whether the client wants a stream. */
    public boolean stream() {
        return stream;
    }

    /** Keeps the body as it came to this attempt, so that sending again within it starts from the same. */
    public void keepBody(byte[] current) {
        body = current;
    }

    /** The body that was kept; null for none. */
    public byte[] body() {
        return body;
    }

    /** Its answer is to get back what was hidden from its deployment. */
    public void hides(HiddenTexts texts) {
        hidden = texts;
    }

    /** What was hidden from its deployment; empty where nothing was. */
    public Optional<HiddenTexts> hidden() {
        return Optional.ofNullable(hidden).filter(texts -> !texts.isEmpty());
    }

    /** The deployment is asked in the client's own dialect. */
    public void asksAsSent(NativeRequest request) {
        nativeRequest = request;
    }

    /** The request in the client's own dialect; empty where the deployment is asked for a chat completion. */
    public Optional<NativeRequest> asSent() {
        return Optional.ofNullable(nativeRequest);
    }

    /** The path of what is asked for, under the deployment's base URL. */
    public String upstreamPath() {
        return nativeRequest == null ? endpoint.upstreamPath() : nativeRequest.path();
    }

    /**
     * Remembers what goes upstream.
     *
     * @param room counts that many bytes until this attempt ends, if there is room for them
     */
    public void sends(JsonSlices upstreamBody, LongPredicate room) {
        sent = upstreamBody;
        roomForSent = room;
        sentBytes = null;
    }

    /** What went upstream last; of a form, its fields. Null if nothing did. */
    public JsonSlices sent() {
        return sent;
    }

    /** The same in one array; null too where there is no room to put it together. */
    public byte[] sentBytes() {
        if (sentBytes == null && sent != null && (sent.slices().size() == 1 || roomForSent.test(sent.length()))) {
            sentBytes = sent.bytes();
        }
        return sentBytes;
    }

    /** Notes the parameter that the upstream has just refused. */
    public void refuses(ParameterChange parameter) {
        refused = parameter;
    }

    /**
     * From now on, the parameter that was {@linkplain #refuses refused} is left out of what this attempt sends, or
     * renamed.
     */
    public void leaveOut() {
        if (refused != null) {
            leftOut.add(refused);
            refused = null;
        }
    }

    /** The parameters that are left out of this attempt, or renamed, because its upstream has just refused them. */
    public List<ParameterChange> leftOut() {
        return leftOut;
    }

    /** Notes that the client gets a stream of this attempt, or what it passes on unread; not told of a whole answer. */
    public void answers() {
        answered = true;
    }

    /** Whether the client got a stream of this attempt, or what it passed on. {@link Race#winner} tells of all. */
    public boolean answered() {
        return answered;
    }

    /** From now on, {@code how} ends the call; at once if it was cancelled before. */
    @Override
    public void cancelBy(Runnable how) {
        abort = how;
        if (doomed()) {
            how.run();
        }
    }

    /** Whether it was cancelled, for whatever reason. */
    private boolean doomed() {
        return call.gone() || call.cut() != null || lost || deadline.expired() != null;
    }

    /**
     * From now on, the call is ended by interrupting the thread that makes it: it waits for something in the gateway.
     */
    @Override
    public void cancelByInterrupt() {
        cancelBy(this::interrupt);
    }

    private synchronized void interrupt() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    /** Another attempt of the request answers: this one ends. */
    void lose() {
        lost = true;
        abort.run();
    }

    /** Whether another attempt of the request answers. */
    public boolean lost() {
        return lost;
    }

    /** Runs {@code action} when the attempt ends; at once if it has. For what runs beside it, such as a timer. */
    public void atEnd(Runnable action) {
        synchronized (atEnd) {
            if (!ended) {
                atEnd.add(action);
                return;
            }
        }
        action.run();
    }

    /**
     * Notes why it ends without an answer, before it is closed, so that listeners are told of its end with the reason.
     * Does nothing where its client has left or another attempt answers.
     *
     * @param reason what was thrown
     */
    public void failsBy(Exception reason) {
        if (!call.gone() && !lost && Ending.of(causeOf(reason)) instanceof UpstreamFailed failed) {
            failure = failed;
        }
    }

    /** Notes why it ended without an answer. */
    void failedWith(UpstreamFailed reason) {
        failure = reason;
    }

    /** Why it ended without an answer, or null. */
    public UpstreamFailed failure() {
        return failure;
    }

    /** What of the upstream's headers the client may see where its answer is none for the client. */
    public Map<String, String> upstreamHeaders() {
        return upstreamHeaders;
    }

    private void abort() {
        abort.run();
        if (call.cut() != null) {
            interrupt();
        }
    }

    /**
     * The deployment is asked from now on, until {@link #close}.
     *
     * @param place gives back its place there
     */
    public void begins(Runnable place) {
        giveBack = place;
        askedNanos = System.nanoTime();
        events.attemptBegan(this);
    }

    /** The first content of a stream, or a whole plain answer, has come. */
    public void firstContent() {
        contentNanos = System.nanoTime();
        events.firstContent(this);
    }

    /** Notes what the answer has cost, as it says or as its bytes let one guess. */
    public void used(TokenUsage told) {
        usage = told;
        cost = deployment().prices().cost(told, (System.nanoTime() - askedNanos) / 1000);
        events.usageKnown(this);
    }

    /** What the answer has cost; {@link TokenUsage#NONE} where there was none, or nothing is known. */
    public TokenUsage usage() {
        return usage;
    }

    /** What the answer has cost, in USD; null where there was none, or that cannot be told. */
    public BigDecimal cost() {
        return cost;
    }

    /** Its stream is asked for its usage, of which its client is not to see anything. */
    public void hideUsage() {
        hidesUsage = true;
    }

    /** Whether its client is not to see the usage that its stream tells. */
    public boolean hidesUsage() {
        return hidesUsage;
    }

    /** It stands in the trace of its request under that id. */
    public void traced(String span) {
        spanId = span;
    }

    /** Its id in the trace of its request; null where it is in none. */
    public String spanId() {
        return spanId;
    }

    /** The attempt runs beside another one of its request. */
    void hedges() {
        hedge = true;
    }

    /** Whether it was made because another attempt had no token for too long. */
    public boolean isHedge() {
        return hedge;
    }

    /** When its deployment was asked, by {@link System#nanoTime}; 0 if it was not. */
    public long askedNanos() {
        return askedNanos;
    }

    /** When the first content of a stream, or a whole plain answer, had come; 0 if there was none. */
    public long contentNanos() {
        return contentNanos;
    }

    /** When it ended; 0 while it has not, or where its deployment was not asked. */
    public long endedNanos() {
        return endedNanos;
    }

    /** When it was made. */
    public long startedNanos() {
        return startedNanos;
    }

    /** How long ago it was made, in ns. */
    public long elapsedNanos() {
        return System.nanoTime() - startedNanos;
    }

    /**
     * From now on, whether a clock has run out is looked at once more on that loop, when the loop is on time: a gateway
     * that is late itself must not find its upstream late.
     */
    @Override
    public void clocksOn(EventLoop loop) {
        deadline.judgedBy(new PunctualLoop(loop)::afterwards);
    }

    /** The connect clock runs. */
    @Override
    public void connecting() {
        deadline.expect(Clock.CONNECT, timeouts.connectMs());
    }

    /** The clock of the answer runs: until a stream's first content, or until a plain answer's head. */
    @Override
    public void awaitingAnswer() {
        long own = stream ? timeouts.firstTokenMs(deployment()) : timeouts.responseMs(deployment());
        long ms = stream ? timeouts.firstTokenMs(deployment(), steering) : timeouts.responseMs(deployment(), steering);
        deadline.expect(stream ? Clock.FIRST_TOKEN : Clock.RESPONSE, ms, ms < own);
    }

    /** The clock between two reads of a plain answer starts anew. */
    public void readingWhole() {
        deadline.expect(Clock.BODY, timeouts.bodyMs());
    }

    /** The clock between two reads of a stream that has had content starts anew. */
    public void reading() {
        deadline.expect(Clock.IDLE, timeouts.idleMs(deployment()));
    }

    /** A short clock for what follows the answer's end. */
    public void lastBytes() {
        deadline.expect(Clock.IDLE, AFTER_THE_END_MS);
    }

    /** No clock runs, since it is the client that is waited for. */
    @Override
    public void pauseClock() {
        deadline.pause();
    }

    /** The true cause of a failed call: the client that left or the clock that expired, else {@code failure} itself. */
    public Exception causeOf(Exception failure) {
        if (call.gone()) {
            return new ClientGone("the client left");
        }
        if (call.cut() != null) {
            return call.cut();
        }
        if (lost) {
            return new HedgeLost();
        }
        return deadline.expired() != null ? deadline.expired() : failure;
    }

    /**
     * Ends the attempt. What of the upstream's body has not been read is not waited for: its connection is closed.
     * Where all was read, the connection is back in the pool by now and stays there.
     */
    @Override
    public void close() {
        deadline.close();
        call.forget(cancel);
        synchronized (this) {
            thread = null; // first, or the line after the next might interrupt what follows on this thread
        }
        abort.run();
        if (doomed()) {
            Thread.interrupted(); // it was meant for this attempt, and what follows has an answer to write
        }
        if (giveBack != null) {
            Runnable place = giveBack;
            giveBack = null;
            endedNanos = System.nanoTime();
            place.run();
            events.attemptEnded(this);
        }
        List<Runnable> last;
        synchronized (atEnd) {
            ended = true;
            last = List.copyOf(atEnd);
            atEnd.clear();
        }
        last.forEach(Runnable::run);
    }
}
