package io.dromedary.observe.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestListener;
import io.dromedary.client.ClientCall;
import io.dromedary.client.TraceContext;
import io.dromedary.log.GatewayLog;
import io.dromedary.observe.RecordReader;
import io.dromedary.observe.RequestRecord;
import io.dromedary.observe.RequestRecorder;

/**
 * Traces requests for OpenTelemetry. A request and each of its attempts gets its ids when it begins, since an upstream
 * may be told them; the spans are made of the record when the request has ended, on a thread of their own. At most so
 * many records wait; beyond that they are dropped, counted and told. No request waits for a collector.
 */
public final class Tracing implements RequestListener, RecordReader, AutoCloseable {

    private static final GatewayLog LOG = GatewayLog.of(Tracing.class);
    private static final long LAST_WORDS_MS = 5000;

    private final TraceSettings settings;
    private final Function<String, String> addresses;
    private final BlockingQueue<RequestRecord> waiting;
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private final Thread sender;
    private volatile long told;
    private boolean failing;
    private volatile boolean ending;

    private Tracing(TraceSettings settings, Function<String, String> addresses) {
        this.settings = settings;
        this.addresses = addresses;
        this.waiting = new ArrayBlockingQueue<>(settings.queue());
        this.sender = new Thread(this::run, "spans");
        sender.setDaemon(true);
    }

    /**
     * Begins to trace, where these variables name a collector.
     *
     * @param addresses the base URL of a deployment by its id; null where it is not known
     * @throws io.dromedary.settings.SettingFault if one of the variables has a value that cannot be used
     */
    public static Optional<Tracing> of(Map<String, String> variables, Function<String, String> addresses) {
        Optional<Tracing> tracing = TraceSettings.of(variables).map(settings -> new Tracing(settings, addresses));
        tracing.ifPresent(begun -> {
            begun.settings.notes().forEach(note -> LOG.warn("OpenTelemetry: {}", GatewayLog.own(note)));
            begun.sender.start();
        });
        return tracing;
    }

    @Override
    public void requestBegan(ClientCall call) {
        call.traced(begin(call.request()::getHeader));
    }

    private TraceContext begin(UnaryOperator<String> header) {
        TraceParent parent = TraceParent.read(header.apply(TraceHeaders.PARENT));
        String state = parent == null ? null : TraceParent.state(header.apply(TraceHeaders.STATE));
        String trace = parent == null ? id() + id() : parent.traceId();
        return new TraceContext(trace, id(), parent == null ? null : parent.spanId(),
                settings.sampler().keeps(trace, parent), state);
    }

    /** OpenTelemetry has a span of the server for each request, those that it refuses too. */
    @Override
    public void refused(String id, String method, String path, String key, int status, String errorCode,
            UnaryOperator<String> header) {
        if (status >= 400) {
            ended(RequestRecorder.refusal(id, method, path, key, status, errorCode, begin(header)));
        }
    }

    @Override
    public void attemptBegan(Attempt attempt) {
        attempt.traced(id());
    }

    /** 16 digits, never zeros alone, which mean nothing. It protects nothing, so it need not be hard to guess. */
    private static String id() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long id = random.nextLong();
        while (id == 0) {
            id = random.nextLong();
        }
        String digits = Long.toHexString(id);
        return "0".repeat(16 - digits.length()) + digits;
    }

    /** Health, lists of models and the like are no work of a model: they have a span where they fail only. */
    @Override
    public void ended(RequestRecord record) {
        boolean wanted = record.trace() != null && record.trace().sampled()
                && (record.operation() != null || record.status() >= 400);
        if (wanted && (ending || !waiting.offer(record))) {
            dropped.incrementAndGet();
        }
    }

    /** How many requests have no spans because too many were waiting, or because they could not be sent. */
    public long dropped() {
        return dropped.get();
    }

    /** The spans of how many requests have been sent. */
    public long sent() {
        return sent.get();
    }

    /** How many requests wait for their spans to be sent. */
    public int waiting() {
        return waiting.size();
    }

    private void run() {
        try (Spans spans = new OtlpSpans(settings)) {
            while (!ending || !waiting.isEmpty()) {
                List<RequestRecord> batch = next();
                if (!batch.isEmpty()) {
                    send(spans, batch);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | LinkageError e) {
            LOG.error("No spans are sent: {}", e.toString());
        }
    }

    /** What has come together since the first of them came; empty where nothing comes. */
    private List<RequestRecord> next() throws InterruptedException {
        List<RequestRecord> batch = new ArrayList<>();
        RequestRecord first = waiting.poll(1, TimeUnit.SECONDS);
        if (first == null) {
            return batch;
        }
        batch.add(first);
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settings.delayMs());
        while (!ending && batch.size() < settings.batch()) {
            RequestRecord more = waiting.poll(Math.min(100, settings.delayMs()), TimeUnit.MILLISECONDS);
            if (more != null) {
                batch.add(more);
            }
            if (System.nanoTime() - until >= 0) {
                break;
            }
        }
        waiting.drainTo(batch, Math.max(0, settings.batch() - batch.size()));
        return batch;
    }

    private void send(Spans spans, List<RequestRecord> batch) {
        String failure;
        try {
            failure = spans.send(batch, addresses);
        } catch (RuntimeException | LinkageError e) {
            failure = e.toString();
        }
        if (failure.isEmpty()) {
            sent.addAndGet(batch.size());
        } else {
            dropped.addAndGet(batch.size());
        }
        tell(failure);
    }

    /** One line when it begins to fail, one when it is over; also where more comes than can be sent. */
    private void tell(String failure) {
        long lost = dropped.get();
        if (!failure.isEmpty() && !failing) {
            failing = true;
            LOG.warn("Spans could not be sent to {}: {}. They are dropped until they can be", settings.endpoint(),
                    failure);
        } else if (failure.isEmpty() && lost > told) {
            LOG.warn("{} requests have no spans, since the collector {}", lost - told,
                    GatewayLog.own(failing ? "could not be reached; it can be again" : "takes them too slowly"));
            told = lost;
            failing = false;
        }
    }

    /** Sends what waits, as long as that takes no time. */
    @Override
    public void close() {
        ending = true;
        try {
            sender.join(LAST_WORDS_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        sender.interrupt();
        dropped.addAndGet(waiting.size());
        if (dropped.get() > told) {
            LOG.warn("{} requests have no spans", dropped.get() - told);
        }
    }
}
