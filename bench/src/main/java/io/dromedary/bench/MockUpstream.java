package io.dromedary.bench;

import java.nio.charset.StandardCharsets;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/**
 * The upstream of the measurements: one event loop that answers every chat completion from memory. What it is to do
 * stands in the request's first bytes: {@code "stream":true} with {@code "max_tokens"} events, one every
 * {@code "interval_ms"}; else one answer after {@code "delay_ms"}. Every event carries when it was sent, in
 * {@code "sent_ns"}.
 */
public final class MockUpstream {

    private static final int HEAD = 512;
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    private static final CharSequence EVENTS = HttpHeaders.createOptimized("text/event-stream");
    private static final Buffer ANSWER = Buffer.buffer(answer());
    private static final Buffer MODELS = Buffer.buffer("{\"object\":\"list\",\"data\":[]}");
    private static final String BEGIN =
            "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1,"
            + "\"model\":\"bench-upstream\",\"sent_ns\":";
    private static final String TOKEN =
            ",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" token\"},\"finish_reason\":null}]}\n\n";
    private static final String LAST = ",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    private final Vertx vertx;

    private MockUpstream(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Serves on the loopback; the one argument is the port. */
    public static void main(String[] arguments) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        vertx.createHttpServer(new HttpServerOptions().setAcceptBacklog(4096))
                .requestHandler(new MockUpstream(vertx)::serve)
                .listen(Integer.parseInt(arguments[0]), "127.0.0.1");
    }

    private void serve(HttpServerRequest request) {
        Buffer head = Buffer.buffer(HEAD);
        request.handler(part -> {
            if (head.length() < HEAD) {
                head.appendBuffer(part, 0, Math.min(part.length(), HEAD - head.length()));
            }
        });
        request.endHandler(end -> {
            String text = head.toString(StandardCharsets.ISO_8859_1);
            if (text.isEmpty()) {
                plain(request.response(), MODELS);
            } else if (text.contains("\"stream\":true") || text.contains("\"stream\": true")) {
                stream(request.response(), number(text, "\"max_tokens\":", 100), number(text, "\"interval_ms\":", 10));
            } else {
                int delay = number(text, "\"delay_ms\":", 0);
                if (delay == 0) {
                    plain(request.response(), ANSWER);
                } else {
                    vertx.setTimer(delay, id -> plain(request.response(), ANSWER));
                }
            }
        });
    }

    private static void plain(HttpServerResponse response, Buffer body) {
        if (!response.closed()) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, JSON).end(body);
        }
    }

    private void stream(HttpServerResponse response, int events, int interval) {
        response.setChunked(true).putHeader(HttpHeaders.CONTENT_TYPE, EVENTS);
        int[] left = {events};
        left[0]--;
        response.write(BEGIN + System.nanoTime() + TOKEN);
        long timer = vertx.setPeriodic(interval, id -> {
            left[0]--;
            if (left[0] > 0) {
                response.write(BEGIN + System.nanoTime() + TOKEN);
            } else {
                vertx.cancelTimer(id);
                response.end(BEGIN + System.nanoTime() + LAST + DONE);
            }
        });
        response.closeHandler(gone -> vertx.cancelTimer(timer));
    }

    private static int number(String text, String key, int otherwise) {
        int from = text.indexOf(key);
        if (from < 0) {
            return otherwise;
        }
        from += key.length();
        int to = from;
        while (to < text.length() && Character.isDigit(text.charAt(to))) {
            to++;
        }
        return Integer.parseInt(text.substring(from, to));
    }

    private static String answer() {
        String words = "The quick brown fox jumps over the lazy dog. ".repeat(8).trim();
        return "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"bench-upstream\","
                + "\"choices\":["
                + "{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"" + words
                + "\"},\"finish_reason\":\"stop\"}],"
                + "\"usage\":{\"prompt_tokens\":40,\"completion_tokens\":80,\"total_tokens\":120}}";
    }
}
