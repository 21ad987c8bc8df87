package io.dromedary.dialect;

import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;

/**
 * A request as it came.
 *
 * @param body       its bytes, not null; whether they are JSON has not been looked at
 * @param owner      whose it is: what is kept of it is only for requests with the same word
 * @param callId     the request's call id
 * @param header     gives a request header by its name, or null
 * @param mostFields how many fields an object may have at its top
 * @param takes      is told how much memory is about to be taken, in bytes, and counts it until the request is over; it
 *                   throws a 503 where there is none
 */
public record DialectRequest(byte[] body, String owner, String callId, UnaryOperator<String> header, int mostFields,
        LongConsumer takes) {
}
