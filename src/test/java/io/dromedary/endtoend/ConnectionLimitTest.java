package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.RunningGateway;

/** More connections than there may be are refused, and the gateway's health is still told, on either port. */
@Timeout(60)
class ConnectionLimitTest {

    private static final String LIVENESS = "GET /health/liveness HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String MODELS = "GET /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
            + RunningGateway.KEY + "\r\n\r\n";

    private final List<RawClient> idle = new ArrayList<>();
    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private RunningGateway gateway;

    private void with(Map<String, String> properties, int connections) throws IOException {
        gateway = fixture.gateway(RunningGateway.single(upstream), properties);
        for (int i = 0; i < connections; i++) {
            RawClient client = fixture.closing(new RawClient(gateway.port()));
            client.send(LIVENESS).readUntil("alive!\"");
            idle.add(client);
        }
    }

    private String ask(int port, String request) throws IOException {
        try (RawClient client = new RawClient(port)) {
            return client.send(request).readAll();
        }
    }

    @Test
    void beyondTheBoundOnlyHealthIsAnswered() throws Exception {
        with(Map.of("gateway.server.connections", "5"), 5);
        String refused = ask(gateway.port(), MODELS);
        assertTrue(refused.startsWith("HTTP/1.1 503") && refused.contains("as many connections"), refused);
        assertTrue(ask(gateway.port(), LIVENESS).contains("alive!"));
        assertTrue(idle.get(0).send(MODELS).readUntil("\r\n\r\n").startsWith("HTTP/1.1 200"), "those before go on");
    }

    @Test
    void whoLeavesMakesRoom() throws Exception {
        with(Map.of("gateway.server.connections", "5"), 5);
        idle.remove(0).close();
        await().until(() -> {
            try (RawClient client = new RawClient(gateway.port())) {
                return client.send(MODELS).readUntil("\r\n\r\n").startsWith("HTTP/1.1 200");
            }
        });
    }

    @Test
    void farBeyondTheBoundConnectionsAreClosedAtOnce() throws Exception {
        with(Map.of("gateway.server.connections", "2"), 2);
        List<Socket> more = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                more.add(new Socket("127.0.0.1", gateway.port()));
            }
            more.get(299).setSoTimeout(20_000);
            assertEquals(-1, more.get(299).getInputStream().read());
        } finally {
            for (Socket socket : more) {
                socket.close();
            }
        }
        await().until(() -> ask(gateway.port(), LIVENESS).contains("alive!"));
    }

    @Test
    void oneAddressHasABoundOfItsOwn() throws Exception {
        with(Map.of("gateway.server.connections-per-address", "3"), 3);
        assertTrue(ask(gateway.port(), MODELS).startsWith("HTTP/1.1 503"));
        try (Socket other = new Socket()) {
            other.bind(new java.net.InetSocketAddress("127.0.0.2", 0));
            other.connect(new java.net.InetSocketAddress("127.0.0.1", gateway.port()));
            other.getOutputStream().write(MODELS.getBytes());
            byte[] begin = other.getInputStream().readNBytes(12);
            assertEquals("HTTP/1.1 200", new String(begin));
        }
    }

    @Test
    void aSecondPortHasHealthAloneAndNoBound() throws Exception {
        int management;
        try (ServerSocket free = new ServerSocket(0)) {
            management = free.getLocalPort();
        }
        with(Map.of("gateway.server.connections", "2", "gateway.management.port", String.valueOf(management)), 2);
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                RawClient client = new RawClient(management);
                clients.add(client);
                client.send(LIVENESS).readUntil("alive!\"");
            }
            RawClient last = clients.get(199);
            String readiness = last.send("GET /health/readiness HTTP/1.1\r\nHost: x\r\n\r\n").readUntil("}");
            assertTrue(readiness.contains("\"healthy\""), readiness);
            assertTrue(last.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n").readUntil("}}").contains(" 401 "),
                    "needs the key here too");
            assertTrue(last.send(MODELS).readUntil("}}").startsWith("HTTP/1.1 404"));
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }
}
