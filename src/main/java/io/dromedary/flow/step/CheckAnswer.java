package io.dromedary.flow.step;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

import com.fasterxml.jackson.core.JsonToken;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

import io.dromedary.answer.AnswerHeaders;
import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestRun;
import io.dromedary.client.FailureKind.Outcome;
import io.dromedary.client.ServerSentEvents;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.http.UpstreamAnswer;
import io.dromedary.json.ObjectFields;
import io.dromedary.log.GatewayLog;
import io.dromedary.relay.AnswerOfChunks;
import io.dromedary.relay.ChunksOfAnswer;
import io.dromedary.upstream.HeldBytes;
import io.dromedary.upstream.PlainAnswer;
import io.dromedary.upstream.RetryAfter;
import io.dromedary.upstream.UnsupportedParameter;
import io.dromedary.upstream.UpstreamBytes;
import io.dromedary.upstream.UpstreamError;

/**
 * Looks at what the upstream answered and leaves a word for it in the property {@code outcome}: {@code answer} with a
 * {@link PlainAnswer} as the body, {@code stream} with the open body, of events or of what is passed on unread, or
 * {@code parameter-unsupported} where {@code drop_params} is on and one can be left out. Any other error is
 * raised, so that the breaker learns of it; the route goes on at {@code on-failure}.
 */
public final class CheckAnswer extends GatewayStep {

    private static final GatewayLog LOG = GatewayLog.of(CheckAnswer.class);
    private static final long LONGEST_ERROR = 1024 * 1024;
    /** An opaque answer of no more bytes is read whole before it is sent. */
    private static final int SHORT = 64 * 1024;
    /** By so many bytes a plain answer may become longer: by its model's name. */
    private static final int ADDED = 2048;

    @Override
    public void process(Exchange exchange) throws Exception {
        RequestRun run = ExchangeProperties.run(exchange);
        Attempt attempt = ExchangeProperties.attempt(exchange);
        int status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
        String type = text(exchange, Exchange.CONTENT_TYPE);
        String lower = type.toLowerCase(Locale.ROOT);
        rateLimits(exchange, attempt);
        if (status < 200 || status > 299) {
            error(exchange, run, attempt, status);
            return;
        }
        boolean toldStream = !type.contains("json") && !type.contains("html");
        if (!attempt.stream()) {
            if (passes(exchange, run, lower)) {
                exchange.setProperty(ExchangeProperties.OUTCOME, Outcome.STREAM);
            } else {
                plain(exchange, run, attempt, status, type);
            }
        } else if (toldStream ? first(exchange, attempt) != '{' : AnswerOfChunks.isStream(first(exchange, attempt))) {
            exchange.setProperty(ExchangeProperties.OUTCOME, Outcome.STREAM);
        } else {
            if (attempt.asSent().isPresent()) {
                throw UpstreamFailed.unreadable("a stream was asked for, and a plain answer came");
            }
            // An upstream that knows no streams: its whole answer is made one.
            HeldBytes held = plain(exchange, run, attempt, status, type);
            byte[] whole = exchange.getMessage().getBody(PlainAnswer.class).body();
            held.more(ChunksOfAnswer.takes(whole));
            byte[] chunks = ChunksOfAnswer.of(whole);
            keepOnly(held, chunks);
            exchange.getMessage().setBody(new ByteArrayInputStream(chunks));
            exchange.setProperty(ExchangeProperties.OUTCOME, Outcome.STREAM);
        }
    }

    /** Keeps what the upstream says of its rate limits, which LiteLLM's dashboards show. */
    private void rateLimits(Exchange exchange, Attempt attempt) {
        String requests = text(exchange, "x-ratelimit-remaining-requests");
        String tokens = text(exchange, "x-ratelimit-remaining-tokens");
        if (!requests.isEmpty() || !tokens.isEmpty()) {
            gateway().loads().of(attempt.deployment()).leaves(count(requests), count(tokens));
        }
    }

    private static long count(String text) {
        return text.matches("\\d{1,15}") ? Long.parseLong(text) : -1;
    }

    /**
     * Whether an answer goes to the client as it comes: of an opaque one, all but JSON, which may be an error, and what
     * is so short that it is held, so that it can still come from elsewhere if it breaks off; of any other kind, the
     * events of a stream that the client asked for.
     */
    private static boolean passes(Exchange exchange, RequestRun run, String type) {
        if (!(exchange.getMessage().getBody() instanceof InputStream)) {
            return false;
        }
        boolean events = ServerSentEvents.isType(type);
        return switch (run.endpoint().answer()) {
            case OPAQUE -> {
                long announced = announced(exchange);
                yield events || !type.contains("json") && (announced < 0 || announced > SHORT);
            }
            case JSON -> events && run.fields().fields().find("stream")
                    .filter(stream -> stream.kind() == JsonToken.VALUE_TRUE).isPresent();
            default -> false;
        };
    }

    /**
     * What the body of a stream's answer begins with, whatever its type says: its clock is that of the first content.
     */
    private static int first(Exchange exchange, Attempt attempt) throws Exception {
        if (!(exchange.getMessage().getBody() instanceof UpstreamAnswer answer)) {
            return -1;
        }
        try {
            return answer.peek();
        } catch (IOException | IllegalStateException e) {
            throw attempt.causeOf(e);
        }
    }

    private HeldBytes plain(Exchange exchange, RequestRun run, Attempt attempt, int status, String type)
            throws Exception {
        HeldBytes held = held(exchange, attempt);
        byte[] body = bytes(exchange, attempt, gateway().limits().answerBytes(), held);
        boolean chat = run.endpoint().answer().streams() && attempt.asSent().isEmpty();
        if (chat && body.length > 0 && AnswerOfChunks.isStream(body[0])) {
            held.more(AnswerOfChunks.TIMES * (long) body.length + ADDED);
            body = AnswerOfChunks.of(body);
            keepOnly(held, body);
        }
        held.more(body.length + ADDED);
        PlainAnswer answer = PlainAnswer.check(body, status, type, run, attempt, gateway().errors());
        keepOnly(held, answer.body());
        exchange.getMessage().setBody(answer);
        exchange.setProperty(ExchangeProperties.OUTCOME, Outcome.ANSWER);
        return held;
    }

    /** What {@code bytes} were made of is no longer held. */
    private static void keepOnly(HeldBytes held, byte[] bytes) {
        held.less(Math.max(0, held.bytes() - bytes.length));
    }

    private void error(Exchange exchange, RequestRun run, Attempt attempt, int status) throws Exception {
        if (status >= 300 && status < 400) {
            throw UpstreamFailed.unreadable("the upstream redirects, which is not followed with a key");
        }
        AnswerHeaders.addUpstream(attempt.upstreamHeaders(), exchange.getMessage().getHeaders(), gateway().answers());
        HeldBytes held = held(exchange, attempt);
        byte[] body = bytes(exchange, attempt, LONGEST_ERROR, held);
        UpstreamError error = UpstreamError.read(body);
        LOG.debug("{} answered {}: {}", attempt.deployment().id(), status,
                gateway().errors().told(error, attempt.deployment()));
        UpstreamFailed failure = gateway().errors().classify(status, error, attempt,
                RetryAfter.seconds(text(exchange, "Retry-After")));
        if ((status == 400 || status == 422) && attempt.deployment().dropParameters()
                && canLeaveOut(attempt, body, error)) {
            // The same deployment is asked again, and may answer for long.
            held.release();
            // The failure is the body, so that a route without the branch for this word raises it in the step relay.
            exchange.getMessage().setBody(failure);
            exchange.setProperty(ExchangeProperties.OUTCOME, Outcome.PARAMETER_UNSUPPORTED);
            return;
        }
        throw failure;
    }

    private static boolean canLeaveOut(Attempt attempt, byte[] body, UpstreamError error) throws IOException {
        // Of a request that goes as its client sent it, nothing is left out.
        if (!attempt.leftOut().isEmpty() || attempt.asSent().isPresent() || attempt.sentBytes() == null) {
            return false;
        }
        ObjectFields sent = ObjectFields.read(attempt.sentBytes());
        return UnsupportedParameter.find(body, error, sent.all().stream().map(ObjectFields.Field::name).toList())
                .map(parameter -> {
                    attempt.refuses(parameter);
                    return true;
                }).orElse(false);
    }

    /**
     * What the answer takes of the memory budget: until the breaker is left, be it by a failure, and what was written
     * has gone out. The exchange is the breaker's own copy, which is done then
     * (org.apache.camel.component.resilience4j.ResilienceProcessor), however long the next deployment takes.
     */
    private HeldBytes held(Exchange exchange, Attempt attempt) {
        HeldBytes held = new HeldBytes(gateway().memory());
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                attempt.call().answer().whenSent(held::release);
            }
        });
        return held;
    }

    private static byte[] bytes(Exchange exchange, Attempt attempt, long limit, HeldBytes held) throws Exception {
        Object body = exchange.getMessage().getBody();
        if (body == null) {
            return new byte[0];
        }
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        return UpstreamBytes.read(exchange.getMessage().getBody(InputStream.class), attempt, announced(exchange), limit,
                held);
    }

    /** How long the upstream says that its answer is; -1 where it does not say. */
    private static long announced(Exchange exchange) {
        try {
            return Long.parseLong(text(exchange, "Content-Length"));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static String text(Exchange exchange, String header) {
        Object value = exchange.getMessage().getHeader(header);
        return value == null ? "" : value.toString();
    }
}
