package io.dromedary.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.vertx.core.http.HttpServerResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.dromedary.attempt.RequestEvents;
import io.dromedary.client.OverdueSteps;
import io.dromedary.dialect.Dialects;
import io.dromedary.harness.RawClient;
import io.dromedary.settings.Settings;

/** The server by itself, with its event loop held where two things must meet there in a certain order. */
class GatewayServerTest {

    private static final long SECONDS = 10;

    private static GatewayServer server() {
        Settings settings = Settings.fromFile(Path.of("application.properties"),
                Map.of("GATEWAY_SERVER_EVENT_LOOPS", "1"));
        return new GatewayServer(settings, new OverdueSteps(), new Dialects(List.of()), new RequestEvents(List.of()));
    }

    @Test
    @Timeout(60)
    void anAnswerThatItsThreadEndsAsTheGatewayClosesIdleConnectionsIsWhole() throws Exception {
        GatewayServer server = server();
        BlockingQueue<HttpServerResponse> answers = new LinkedBlockingQueue<>();
        server.activate(request -> {
            request.response().setChunked(true).write("begun");
            answers.add(request.response());
        }, () -> { });
        server.listen("127.0.0.1", 0);
        try (RawClient client = new RawClient(server.port())) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            client.readUntil("begun\r\n");
            CountDownLatch held = new CountDownLatch(1);
            server.vertx().nettyEventLoopGroup().forEach(loop -> loop.execute(() -> await(held)));
            server.drain(0);
            answers.poll(SECONDS, TimeUnit.SECONDS).end("ended");
            held.countDown();
            assertEquals("5\r\nended\r\n0\r\n\r\n", client.readAll());
        } finally {
            server.close();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
