package io.dromedary.flow.step;

import java.io.InputStream;
import java.util.Locale;
import java.util.OptionalLong;

import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import io.dromedary.log.GatewayLog;

import io.dromedary.answer.AnswerHeaders;
import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.AttemptFailed;
import io.dromedary.attempt.RequestRun;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.json.ObjectFields;
import io.dromedary.request.RequestReader;
import io.dromedary.upstream.ErrorVerdict;
import io.dromedary.upstream.HeldBytes;
import io.dromedary.upstream.PlainAnswer;
import io.dromedary.upstream.RetryAfter;
import io.dromedary.upstream.UnsupportedParameter;
import io.dromedary.upstream.UpstreamBytes;
import io.dromedary.upstream.UpstreamError;

/**
 * Looks at what the upstream answered. Leaves a {@link PlainAnswer} or, where a stream begins, the open body; raises what
 * is a reason to ask the next deployment. A 400 or 422 about an unsupported parameter makes the route's loop send the
 * request once more without it, where {@code drop_params} is on.
 */
public final class CheckAnswer extends GatewayStep {

    private static final GatewayLog LOG = GatewayLog.of(CheckAnswer.class);
    private static final long LONGEST_ERROR = 1024 * 1024;

    @Override
    public void process(Exchange exchange) throws Exception {
        RequestRun attempts = ExchangeProperties.attempts(exchange);
        Attempt attempt = ExchangeProperties.attempt(exchange);
        int status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
        String type = text(exchange, Exchange.CONTENT_TYPE).toLowerCase(Locale.ROOT);
        if (status < 200 || status > 299) {
            error(exchange, attempts, attempt, status);
        } else if (!attempt.stream()) {
            plain(exchange, attempts, attempt, status);
        } else if (type.contains("json") || type.contains("html")) {
            plain(exchange, attempts, attempt, status);
            throw AttemptFailed.unreadable("a stream was asked for, and the answer is " + type);
        }
    }

    private void plain(Exchange exchange, RequestRun attempts, Attempt attempt, int status) throws Exception {
        byte[] body = bytes(exchange, attempt, gateway().limits().answerBytes());
        try {
            answer(exchange, attempt, PlainAnswer.check(body, status, attempts.operation(), attempts.plan().model(),
                    attempt.deployment()));
        } catch (PlainAnswer.ErrorInside e) {
            int told = e.error().number() >= 400 && e.error().number() < 600 ? e.error().number() : 502;
            answer(exchange, attempt, ErrorVerdict.of(told, e.error(), attempts, attempt, gateway().specialFallbacks(),
                    OptionalLong.empty()));
        }
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

    private void error(Exchange exchange, RequestRun attempts, Attempt attempt, int status) throws Exception {
        if (status >= 300 && status < 400) {
            throw AttemptFailed.unreadable("the upstream redirects, which is not followed with a key");
        }
        AnswerHeaders.addUpstream(attempt.upstreamHeaders(), exchange.getMessage().getHeaders(), gateway().answers());
        byte[] body = bytes(exchange, attempt, LONGEST_ERROR);
        UpstreamError error = UpstreamError.read(body, attempt.deployment());
        LOG.debug("{} answered {}: {}", attempt.deployment().id(), status, error.message());
        if ((status == 400 || status == 422) && attempt.deployment().dropParameters()
                && leaveOut(attempts, attempt, body, error)) {
            exchange.setProperty(ExchangeProperties.SEND, true);
            return;
        }
        answer(exchange, attempt, ErrorVerdict.of(status, error, attempts, attempt, gateway().specialFallbacks(),
                RetryAfter.seconds(text(exchange, "Retry-After"))));
    }

    private boolean leaveOut(RequestRun attempts, Attempt attempt, byte[] body, UpstreamError error) {
        ObjectFields sent = RequestReader.fields(attempt.sent());
        return UnsupportedParameter.find(body, error, sent.all().stream().map(ObjectFields.Field::name).toList())
                .filter(parameter -> attempt.sendAgain())
                .map(parameter -> {
                    gateway().learnedDrops().remember(attempt.deployment(), parameter);
                    attempts.dropped(parameter);
                    LOG.info("{} does not support {}, which is left out from now on", attempt.deployment().id(), parameter);
                    return true;
                }).orElse(false);
    }

    private static void answer(Exchange exchange, Attempt attempt, PlainAnswer answer) {
        attempt.answers();
        exchange.getMessage().setBody(answer);
    }

    private static String text(Exchange exchange, String header) {
        Object value = exchange.getMessage().getHeader(header);
        return value == null ? "" : value.toString();
    }
}
