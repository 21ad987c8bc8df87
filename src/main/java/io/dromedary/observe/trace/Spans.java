package io.dromedary.observe.trace;

import java.util.List;
import java.util.function.Function;

import io.dromedary.observe.RequestRecord;

/** Sends the spans of finished requests. What stands behind it knows OpenTelemetry; nothing in front of it does. */
interface Spans extends AutoCloseable {

    /**
     * Sends them, and waits until the collector has them.
     *
     * @param addresses the base URL of a deployment by its id; null where it is not known any more
     * @return why they could not be sent; empty where they were
     */
    String send(List<RequestRecord> records, Function<String, String> addresses);

    @Override
    void close();
}
