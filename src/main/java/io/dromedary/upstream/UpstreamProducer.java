package io.dromedary.upstream;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;

import io.netty.buffer.Unpooled;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpClientResponse;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.GZIPHelper;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.Attempts;

/**
 * Sends the message and makes it the head of the answer, with the body as a stream that is still coming. Blocks until the
 * head is there. A kept-alive connection that the upstream closed before a byte of the answer came is no failure: the
 * request is sent once more, on a fresh one.
 */
final class UpstreamProducer extends DefaultProducer {

    private static final Set<String> THE_CLIENTS_OWN = Set.of("host", "connection", "content-length", "content-type",
            "transfer-encoding", "upgrade", "expect", "te", "trailer", "keep-alive", "proxy-connection");

    private final UpstreamEndpoint endpoint;
    private final UpstreamPool pool;

    UpstreamProducer(UpstreamEndpoint endpoint, UpstreamPool pool) {
        super(endpoint);
        this.endpoint = endpoint;
        this.pool = pool;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Attempt attempt = Attempt.of(exchange);
        Message message = exchange.getMessage();
        byte[] bytes = bytes(message);
        MultiMap headers = headers(message, bytes.length);
        String target = pool.prefix() + endpoint.path(Attempts.of(exchange).operation());
        Buffer body = Buffer.buffer(Unpooled.wrappedBuffer(bytes));
        try {
            accept(message, call(attempt, target, headers, body));
        } catch (IOException e) {
            throw attempt.causeOf(e);
        } catch (InterruptedException e) {
            // Camel takes an exchange with that very exception out of the hands of its routes.
            throw attempt.causeOf(new InterruptedIOException("interrupted"));
        }
    }

    private UpstreamAnswer call(Attempt attempt, String target, MultiMap headers, Buffer body) throws IOException, InterruptedException {
        UpstreamConnection connection = pool.take(attempt, false);
        boolean used = connection.used();
        UpstreamCall call = new UpstreamCall(connection, pool);
        try {
            return call.send(attempt, target, headers, body);
        } catch (InterruptedIOException e) {
            call.cancel();
            throw e;
        } catch (IOException e) {
            if (!used || connection.answerBegun() || call.cancelled()) {
                throw e;
            }
            return new UpstreamCall(pool.take(attempt, true), pool).send(attempt, target, headers, body);
        }
    }

    private MultiMap headers(Message message, int length) {
        MultiMap headers = HttpHeaders.headers();
        for (Map.Entry<String, Object> header : message.getHeaders().entrySet()) {
            String name = header.getKey();
            if (header.getValue() != null && !name.startsWith("Camel") && !THE_CLIENTS_OWN.contains(name.toLowerCase(Locale.ROOT))) {
                headers.set(name, header.getValue().toString());
            }
        }
        return headers.set("Host", pool.authority()).set("Connection", "keep-alive").set("Content-Type", "application/json")
                .set("Content-Length", String.valueOf(length));
    }

    private static byte[] bytes(Message message) {
        if (message.getBody() instanceof AttemptEntity entity) {
            return entity.attempt().sent();
        }
        byte[] bytes = message.getBody(byte[].class);
        return bytes == null ? new byte[0] : bytes;
    }

    /** Of a header that comes several times, the first is taken. */
    private static void accept(Message message, UpstreamAnswer answer) throws IOException {
        HttpClientResponse head = answer.awaitHead();
        Map<String, Object> headers = message.getHeaders();
        headers.clear();
        head.headers().forEach(header -> {
            if (!header.getKey().regionMatches(true, 0, "Camel", 0, "Camel".length())) {
                headers.putIfAbsent(header.getKey(), header.getValue());
            }
        });
        headers.put(Exchange.HTTP_RESPONSE_CODE, head.statusCode());
        // Nobody asked for it, but there are servers that compress all the same; camel-http unpacks it too.
        message.setBody(GZIPHelper.isGzip(head.getHeader(HttpHeaders.CONTENT_ENCODING)) ? new GZIPInputStream(answer) : answer);
    }
}
