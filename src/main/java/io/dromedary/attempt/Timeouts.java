package io.dromedary.attempt;

import java.util.List;
import java.util.OptionalLong;

import io.dromedary.model.Deployment;
import io.dromedary.request.RequestSteering;
import io.dromedary.settings.Settings;
import io.dromedary.time.Clock;
import io.dromedary.time.ClockTimer;

/**
 * How long each clock of an attempt runs, in ms: what the first {@link Source} that is set says, else the tunable of
 * the clock. None is longer than {@code gateway.timeout.max}.
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
     * @param timer           on whose thread clocks expire
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

    /** How long the head of a plain answer may take, in ms. */
    long responseMs(Deployment deployment, RequestSteering asked) {
        return Math.min(mostMs, first(Source.FOR_A_PLAIN_ANSWER, deployment, asked).orElse(responseMs));
    }

    /** The same without what the request asks. */
    long responseMs(Deployment deployment) {
        return responseMs(deployment, RequestSteering.NONE);
    }

    /** How long the first content of a stream may take, in ms. */
    long firstTokenMs(Deployment deployment, RequestSteering asked) {
        return Math.min(mostMs, first(Source.FOR_A_FIRST_TOKEN, deployment, asked).orElse(firstTokenMs));
    }

    /** The same without what the request asks. */
    long firstTokenMs(Deployment deployment) {
        return firstTokenMs(deployment, RequestSteering.NONE);
    }

    private OptionalLong first(List<Source> order, Deployment deployment, RequestSteering asked) {
        for (Source source : order) {
            OptionalLong ms = source.of(deployment, asked, timeoutMs, streamTimeoutMs);
            if (ms.isPresent()) {
                return ms;
            }
        }
        return OptionalLong.empty();
    }

    /** Where the length of a clock is set; {@code explain} goes through the same orders. */
    public enum Source {
        /** {@code stream_timeout} of the request. */
        REQUEST_STREAM_TIMEOUT,
        /** {@code timeout} of the request. */
        REQUEST_TIMEOUT,
        /** {@code stream_timeout} of the deployment. */
        DEPLOYMENT_STREAM_TIMEOUT,
        /** {@code timeout} of the deployment. */
        DEPLOYMENT_TIMEOUT,
        /** {@code stream_timeout} of the configuration. */
        SETTINGS_STREAM_TIMEOUT,
        /** {@code request_timeout} of the configuration. */
        SETTINGS_TIMEOUT;

        /** Those for the first content of a stream: the first that is set decides, else the tunable does. */
        public static final List<Source> FOR_A_FIRST_TOKEN = List.of(values());
        /** The same for the head of a plain answer. */
        public static final List<Source> FOR_A_PLAIN_ANSWER =
                List.of(REQUEST_TIMEOUT, DEPLOYMENT_TIMEOUT, SETTINGS_TIMEOUT);

        /**
         * What is set there, in ms.
         *
         * @param settingsMs       the configuration's {@code request_timeout}
         * @param settingsStreamMs the configuration's {@code stream_timeout}
         */
        public OptionalLong of(Deployment deployment, RequestSteering asked, OptionalLong settingsMs,
                OptionalLong settingsStreamMs) {
            return switch (this) {
                case REQUEST_STREAM_TIMEOUT -> asked.streamTimeoutMs();
                case REQUEST_TIMEOUT -> asked.timeoutMs();
                case DEPLOYMENT_STREAM_TIMEOUT -> deployment.streamTimeoutMs();
                case DEPLOYMENT_TIMEOUT -> deployment.timeoutMs();
                case SETTINGS_STREAM_TIMEOUT -> settingsStreamMs;
                case SETTINGS_TIMEOUT -> settingsMs;
            };
        }
    }
}
