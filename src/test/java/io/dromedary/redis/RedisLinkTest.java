package io.dromedary.redis;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import io.dromedary.harness.RedisServer;
import io.dromedary.model.RedisAddress;
import io.dromedary.model.Secret;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisLinkTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String PASSWORD = "p@ss/w:rd {1}";

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    void require() {
        RedisServer.require();
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        open.clear();
    }

    @AfterAll
    void closeVertx() {
        vertx.close();
    }

    private RedisServer server(String... options) throws Exception {
        RedisServer server = RedisServer.start(options);
        open.add(server);
        return server;
    }

    private RedisLink link(RedisAddress address) throws Exception {
        RedisLink link = new RedisLink(address);
        open.add(link);
        link.start(vertx, 2);
        link.awaitFirstAttempt(10_000);
        return link;
    }

    private static RedisAddress at(String... hosts) {
        return new RedisAddress(List.of(hosts), hosts.length > 1, 0, Optional.empty(), Optional.empty(), false,
                Optional.empty());
    }

    private static String said(RedisLink link, Request request) {
        return link.await(link.send(request), 5_000).toString();
    }

    @Test
    void callsOfManyThreadsGetTheirOwnAnswers() throws Exception {
        RedisLink link = link(at(server().host()));
        ExecutorService threads = Executors.newFixedThreadPool(16);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            String name = "thread-" + i;
            all.add(CompletableFuture.runAsync(() -> {
                for (int k = 0; k < 200; k++) {
                    String text = name + "-" + k;
                    assertEquals(text, said(link, Request.cmd(Command.ECHO).arg(text)));
                }
            }, threads));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        threads.shutdown();
        assertTrue(link.status().up());
    }

    @Test
    void aRedisThatIsKilledFailsCallsAtOnceAndIsThereAgainWhenItIsStarted() throws Exception {
        RedisServer server = server();
        RedisLink link = link(at(server.host()));
        // One that is still being made when the other one ends is there for a moment, and makes an outage of its own.
        await().atMost(PATIENCE).until(() -> connections(server) == 2);
        long before = link.status().outages();
        server.kill();
        await().atMost(PATIENCE).until(() -> !link.isUp());
        assertEquals(before + 1, link.status().outages(), "one, though two connections have ended");
        assertTrue(link.send(Request.cmd(Command.PING)).isCompletedExceptionally());
        assertFalse(link.status().reason().isEmpty());
        server.begin();
        await().atMost(PATIENCE).until(link::isUp);
        assertEquals("PONG", said(link, Request.cmd(Command.PING)));
    }

    /** How many connections the link uses: it has sent more over them than their greeting. */
    private static long connections(RedisServer server) throws Exception {
        return server.cli("CLIENT", "LIST").lines()
                .filter(line -> line.contains(" cmd=info ") || line.contains(" cmd=ping ")).count();
    }

    @Test
    void aFrozenRedisIsAskedNoMoreAndIsAskedAgainWhenItAnswers() throws Exception {
        RedisServer server = server();
        RedisLink link = link(at(server.host()));
        said(link, Request.cmd(Command.PING));
        server.freeze();
        try {
            await().atMost(PATIENCE).until(() -> {
                CompletableFuture<Response> answer = link.send(Request.cmd(Command.PING));
                assertThrows(RedisAway.class, () -> link.await(answer, RedisLink.CLOCK_MS));
                return !link.isUp();
            });
            assertTrue(link.send(Request.cmd(Command.PING)).isCompletedExceptionally());
        } finally {
            server.thaw();
        }
        await().atMost(PATIENCE).until(link::isUp);
        assertEquals("PONG", said(link, Request.cmd(Command.PING)));
    }

    @Test
    void anAsynchronousCallHasAClock() throws Exception {
        RedisServer server = server();
        RedisLink link = link(at(server.host()));
        server.freeze();
        try {
            CompletableFuture<Response> answer = link.send(Request.cmd(Command.PING), 20);
            await().atMost(PATIENCE).until(answer::isCompletedExceptionally);
        } finally {
            server.thaw();
        }
    }

    @Test
    void aGatewayThatWasStartedBeforeRedisFindsIt() throws Exception {
        RedisServer server = RedisServer.prepare();
        open.add(server);
        RedisLink link = link(at(server.host()));
        assertFalse(link.isUp());
        server.begin();
        await().atMost(PATIENCE).until(link::isUp);
    }

    @Test
    void aScriptIsSentAgainToARedisThatDoesNotKnowIt() throws Exception {
        RedisServer server = server();
        RedisLink link = link(at(server.host()));
        RedisScript script = RedisScript.of(RedisLinkTest.class, "/redis/echo.lua");
        for (int i = 0; i < 2; i++) {
            assertEquals("key argument", link.await(script.run(link, List.of("key"), List.of("argument")), 5_000)
                    .toString());
            server.cli("SCRIPT", "FLUSH");
        }
    }

    @Test
    void aUserWithAPasswordOfAnySignsLogsInAndTheWrongOneIsToldWithoutIt() throws Exception {
        RedisServer server = server();
        server.cli("ACL", "SETUSER", "gate", "on", ">" + PASSWORD, "~*", "&*", "+@all");
        server.cli("CONFIG", "SET", "requirepass", "other");
        RedisAddress right = new RedisAddress(List.of(server.host()), false, 3, Optional.of("gate"),
                Optional.of(new Secret(PASSWORD)), false, Optional.empty());
        RedisLink link = link(right);
        assertEquals("gate", said(link, Request.cmd(Command.ACL).arg("WHOAMI")));
        assertTrue(said(link, Request.cmd(Command.CLIENT).arg("INFO")).contains("db=3"));
        RedisAddress wrong = new RedisAddress(List.of(server.host()), false, 0, Optional.of("gate"),
                Optional.of(new Secret("wrong" + PASSWORD)), false, Optional.empty());
        RedisLink refused = link(wrong);
        assertFalse(refused.isUp());
        assertTrue(refused.status().reason().contains("WRONGPASS"), refused.status().reason());
        assertFalse(refused.status().toString().contains(PASSWORD));
    }
}
