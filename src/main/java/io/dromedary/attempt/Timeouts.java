package io.dromedary.attempt;

import java.util.OptionalLong;

import io.dromedary.model.Deployment;
import io.dromedary.request.RequestSteering;
import io.dromedary.settings.Settings;
import io.dromedary.time.Clock;
import io.dromedary.time.ClockTimer;

/**
 * How long each clock of an attempt runs, in ms. {@code stream_timeout} of a deployment stands for the first token,
 * {@code timeout} for the head of a plain answer (and for the first token where there is no {@code stream_timeout});
 * then come the configuration's own {@code stream_timeout} and {@code request_timeout}, then the properties. What the
 * client asks comes before all of them. None is longer than {@code gateway.timeout.max}.
 */
public final class Timeouts {

    private final ClockTimer timer;
    private final long connectMs;
    private final long responseMs;
    private final long firstTokenMs;
    private final long bodyMs;
    private final long idleMs;
    private final long mostMs;
    private final OptionalLong timeoutMs;
    private final OptionalLong streamTimeoutMs;

    /**
     * @param timer           on whose thread clocks run out
     * @param timeoutMs       the configuration's {@code request_timeout}
     * @param streamTimeoutMs the configuration's {@code stream_timeout}
     */
    public Timeouts(
            ClockTimer timer, Settings settings, OptionalLong timeoutMs, OptionalLong streamTimeoutMs) {
        this.timer = timer;
        this.connectMs = settings.number(Clock.CONNECT.key());
        this.responseMs = settings.number(Clock.RESPONSE.key());
        this.firstTokenMs = settings.number(Clock.FIRST_TOKEN.key());
        this.bodyMs = settings.number(Clock.BODY.key());
        this.idleMs = settings.number(Clock.IDLE.key());
        this.mostMs = settings.number("gateway.timeout.max");
        this.timeoutMs = timeoutMs;
        this.streamTimeoutMs = streamTimeoutMs;
    }

    ClockTimer timer() {
        return timer;
    }

    long connectMs() {
        return connectMs;
    }

    long bodyMs() {
        return bodyMs;
    }

    /** {@code model_info.idle_timeout} comes before the property. */
    long idleMs(Deployment deployment) {
        return Math.min(mostMs, deployment.idleMs().orElse(idleMs));
    }

    long responseMs(Deployment deployment, RequestSteering asked) {
        return Math.min(mostMs, asked.timeoutMs().orElse(responseMs(deployment)));
    }

    /** Without what the request asks. */
    long responseMs(Deployment deployment) {
        return Math.min(mostMs, first(deployment.timeoutMs(), timeoutMs).orElse(responseMs));
    }

    long firstTokenMs(Deployment deployment, RequestSteering asked) {
        return Math.min(mostMs, first(asked.streamTimeoutMs(), asked.timeoutMs()).orElse(firstTokenMs(deployment)));
    }

    /** Without what the request asks. */
    long firstTokenMs(Deployment deployment) {
        return Math.min(mostMs, first(deployment.streamTimeoutMs(), deployment.timeoutMs(), streamTimeoutMs, timeoutMs)
                .orElse(firstTokenMs));
    }

    private static OptionalLong first(OptionalLong... choices) {
        for (OptionalLong choice : choices) {
            if (choice.isPresent()) {
                return choice;
            }
        }
        return OptionalLong.empty();
    }
}
