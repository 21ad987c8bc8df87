package io.dromedary.upstream;

import java.util.Locale;
import java.util.OptionalLong;

import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.dromedary.answer.AnswerHeaders;
import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.AttemptFailed;
import io.dromedary.attempt.Attempts;
import io.dromedary.gateway.GatewayStep;
import io.dromedary.json.ObjectFields;
import io.dromedary.request.RequestReader;

/**
 * Looks at what the upstream answered. Leaves a {@link PlainAnswer} or, where a stream begins, the open body; raises what
 * is a reason to ask the next deployment. A 400 or 422 about an unsupported parameter makes the route's loop send the
 * request once more without it, where {@code drop_params} is on.
 */
public final class CheckAnswer extends GatewayStep {

    private static final Logger LOG = LoggerFactory.getLogger(CheckAnswer.class);
    private static final long LONGEST_ERROR = 1024 * 1024;

    @Override
    public void process(Exchange exchange) throws Exception {
        Attempts attempts = Attempts.of(exchange);
        Attempt attempt = Attempt.of(exchange);
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

    private void plain(Exchange exchange, Attempts attempts, Attempt attempt, int status) throws Exception {
        byte[] body = UpstreamBytes.read(exchange, attempt, gateway().limits().answerBytes(),
                gateway().memory());
        try {
            answer(exchange, attempt, PlainAnswer.check(body, status, attempts.operation(), attempts.plan().model(),
                    attempt.deployment()));
        } catch (PlainAnswer.ErrorInside e) {
            int told = e.error().number() >= 400 && e.error().number() < 600 ? e.error().number() : 502;
            answer(exchange, attempt, ErrorVerdict.of(told, e.error(), attempts, attempt, gateway().specialFallbacks(),
                    OptionalLong.empty()));
        }
    }

    private void error(Exchange exchange, Attempts attempts, Attempt attempt, int status) throws Exception {
        if (status >= 300 && status < 400) {
            throw AttemptFailed.unreadable("the upstream redirects, which is not followed with a key");
        }
        AnswerHeaders.addUpstream(attempt.upstreamHeaders(), exchange, gateway().answers());
        byte[] body = UpstreamBytes.read(exchange, attempt, LONGEST_ERROR, gateway().memory());
        UpstreamError error = UpstreamError.read(body, attempt.deployment());
        LOG.debug("{} answered {}: {}", attempt.deployment().id(), status, error.message());
        if ((status == 400 || status == 422) && attempt.deployment().dropParameters()
                && leaveOut(attempts, attempt, body, error)) {
            exchange.setProperty(PrepareUpstreamRequest.SEND, true);
            return;
        }
        answer(exchange, attempt, ErrorVerdict.of(status, error, attempts, attempt, gateway().specialFallbacks(),
                RetryAfter.seconds(text(exchange, "Retry-After"))));
    }

    private boolean leaveOut(Attempts attempts, Attempt attempt, byte[] body, UpstreamError error) {
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
