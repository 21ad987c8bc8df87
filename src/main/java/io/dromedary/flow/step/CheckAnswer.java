package io.dromedary.flow.step;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

import io.dromedary.answer.AnswerHeaders;
import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestRun;
import io.dromedary.client.FailureKind.Outcome;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.http.UpstreamAnswer;
import io.dromedary.json.ObjectFields;
import io.dromedary.log.GatewayLog;
import io.dromedary.relay.AnswerOfChunks;
import io.dromedary.relay.ChunksOfAnswer;
import io.dromedary.request.RequestReader;
import io.dromedary.upstream.HeldBytes;
import io.dromedary.upstream.PlainAnswer;
import io.dromedary.upstream.RetryAfter;
import io.dromedary.upstream.UnsupportedParameter;
import io.dromedary.upstream.UpstreamBytes;
import io.dromedary.upstream.UpstreamError;

/**
 * Looks at what the upstream answered and leaves a word for it in the property {@code outcome}: {@code answer} with a
 * {@link PlainAnswer} as the body, {@code stream} with the open body, or {@code parameter-unsupported} where
 * {@code drop_params} is on and one can be left out. Any other error is raised, so that the breaker learns of it; the
 * route goes on at {@code on-failure}.
 */
public final class CheckAnswer extends GatewayStep {

    private static final GatewayLog LOG = GatewayLog.of(CheckAnswer.class);
    private static final long LONGEST_ERROR = 1024 * 1024;

    @Override
    public void process(Exchange exchange) throws Exception {
        RequestRun run = ExchangeProperties.attempts(exchange);
        Attempt attempt = ExchangeProperties.attempt(exchange);
        int status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
        String type = text(exchange, Exchange.CONTENT_TYPE);
        String lower = type.toLowerCase(Locale.ROOT);
        if (status < 200 || status > 299) {
            error(exchange, run, attempt, status);
            return;
        }
        boolean toldStream = !type.contains("json") && !type.contains("html");
        if (!attempt.stream()) {
            plain(exchange, run, attempt, status, type);
        } else if (toldStream ? first(exchange, attempt) != '{' : AnswerOfChunks.isStream(first(exchange, attempt))) {
            exchange.setProperty(ExchangeProperties.OUTCOME, Outcome.STREAM);
        } else {
            // An upstream that knows no streams: its whole answer is made one.
            plain(exchange, run, attempt, status, type);
            byte[] whole = exchange.getMessage().getBody(PlainAnswer.class).body();
            exchange.getMessage().setBody(new ByteArrayInputStream(ChunksOfAnswer.of(whole)));
            exchange.setProperty(ExchangeProperties.OUTCOME, Outcome.STREAM);
        }
        if (exchange.getProperty(ExchangeProperties.OUTCOME) != Outcome.STREAM) {
            gateway().learn(attempt);
        }
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

    private void plain(Exchange exchange, RequestRun run, Attempt attempt, int status, String type) throws Exception {
        byte[] body = bytes(exchange, attempt, gateway().limits().answerBytes());
        if (run.endpoint().answer().streams() && body.length > 0 && AnswerOfChunks.isStream(body[0])) {
            body = AnswerOfChunks.of(body);
        }
        exchange.getMessage().setBody(PlainAnswer.check(body, status, type, run, attempt, gateway().errors()));
        exchange.setProperty(ExchangeProperties.OUTCOME, Outcome.ANSWER);
    }

    private void error(Exchange exchange, RequestRun run, Attempt attempt, int status) throws Exception {
        if (status >= 300 && status < 400) {
            throw UpstreamFailed.unreadable("the upstream redirects, which is not followed with a key");
        }
        AnswerHeaders.addUpstream(attempt.upstreamHeaders(), exchange.getMessage().getHeaders(), gateway().answers());
        byte[] body = bytes(exchange, attempt, LONGEST_ERROR);
        UpstreamError error = UpstreamError.read(body);
        LOG.debug("{} answered {}: {}", attempt.deployment().id(), status,
                gateway().errors().told(error, attempt.deployment()));
        UpstreamFailed failure = gateway().errors().classify(status, error, attempt,
                RetryAfter.seconds(text(exchange, "Retry-After")));
        if ((status == 400 || status == 422) && attempt.deployment().dropParameters()
                && canLeaveOut(attempt, body, error)) {
            // The failure is the body, so that a route without the branch for this word raises it in the step relay.
            exchange.getMessage().setBody(failure);
            exchange.setProperty(ExchangeProperties.OUTCOME, Outcome.PARAMETER_UNSUPPORTED);
            return;
        }
        throw failure;
    }

    private static boolean canLeaveOut(Attempt attempt, byte[] body, UpstreamError error) {
        if (!attempt.leftOut().isEmpty()) {
            return false;
        }
        ObjectFields sent = RequestReader.fields(attempt.sent());
        return UnsupportedParameter.find(body, error, sent.all().stream().map(ObjectFields.Field::name).toList())
                .map(parameter -> {
                    attempt.refuses(parameter);
                    return true;
                }).orElse(false);
    }

    /** The body, which counts in the memory budget until the exchange is done. */
    private byte[] bytes(Exchange exchange, Attempt attempt, long limit) throws Exception {
        Object body = exchange.getMessage().getBody();
        if (body == null) {
            return new byte[0];
        }
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        HeldBytes held = new HeldBytes(gateway().memory());
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                held.release();
            }
        });
        return UpstreamBytes.read(exchange.getMessage().getBody(InputStream.class), attempt, limit, held);
    }

    private static String text(Exchange exchange, String header) {
        Object value = exchange.getMessage().getHeader(header);
        return value == null ? "" : value.toString();
    }
}
