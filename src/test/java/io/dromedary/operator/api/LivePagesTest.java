package io.dromedary.operator.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A page that does not read takes neither memory nor time of the others. */
@Timeout(30)
class LivePagesTest {

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final LivePages pages = new LivePages(1);
    private volatile boolean full;

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** A response that notes what is done to it, and says whether its client reads. */
    private HttpServerResponse response() {
        return (HttpServerResponse) Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[] {HttpServerResponse.class}, (proxy, method, arguments) -> {
                    if (method.getReturnType() == boolean.class) {
                        return method.getName().equals("writeQueueFull") && full;
                    }
                    calls.add(method.getName() + (method.getName().equals("write") ? " " + arguments[0] : ""));
                    return null;
                });
    }

    /** Writes, and waits until the event loop has done so. */
    private void write(String tick) {
        pages.write(tick.getBytes(StandardCharsets.UTF_8));
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.runOnContext(now -> done.complete(null));
        done.join();
    }

    @Test
    void whatWaitsForAPageThatDoesNotReadGrowsNoMoreAndThePageBeginsAnew() {
        pages.add(response(), loop, "snapshot".getBytes(StandardCharsets.UTF_8), keys -> true);
        assertFalse(pages.hasRoom(), "there was one place");
        write("one");
        full = true;
        write("two");
        write("three");
        full = false;
        write("four");
        assertEquals("end", calls.get(calls.size() - 1), "it asks again for all: " + calls);
        assertEquals(List.of("write snapshot", "write one"),
                calls.stream().filter(call -> call.startsWith("write")).toList(), "nothing after what it has missed");
        assertTrue(pages.hasRoom());
    }
}
