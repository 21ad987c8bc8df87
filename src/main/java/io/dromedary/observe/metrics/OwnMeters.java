package io.dromedary.observe.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;

/** What is counted under the gateway's own names. */
final class OwnMeters {

    final Counter attempts;
    final Counter gone;
    final Counter refused;
    final Counter bytes;
    final Histogram firstToken;
    final Histogram tokenInterval;
    final Histogram overhead;
    final Histogram loopLateness;

    OwnMeters(MeterBook book) {
        attempts = book.counter("dromedary_attempts", "Attempts: why each was made and how it ended",
                "deployment", "group", "choice", "outcome", "kind");
        gone = book.counter("dromedary_clients_gone", "Requests whose client left before its answer was whole",
                "requested_model");
        refused = book.counter("dromedary_requests_refused",
                "Requests that the server refused before they came to a route", "status", "reason");
        bytes = book.counter("dromedary_body_bytes", "Bytes of the bodies of requests (in) and answers (out)",
                "direction");
        firstToken = book.histogram("dromedary_first_token_seconds",
                "From asking a deployment to its first content or its whole plain answer", MeterBook.ANSWER_SECONDS,
                "deployment", "group");
        tokenInterval = book.histogram("dromedary_token_interval_seconds",
                "The mean time between two tokens of a stream", MeterBook.SHORT_SECONDS, "deployment", "group");
        overhead = book.histogram("dromedary_overhead_seconds",
                "Of a request's time, while no deployment had been asked or was at work", MeterBook.SHORT_SECONDS,
                "operation");
        loopLateness = book.histogram("dromedary_event_loop_lateness_seconds",
                "How late a task ran that an event loop was to run at that moment, looked at twice a second",
                MeterBook.SHORT_SECONDS);
    }
}
