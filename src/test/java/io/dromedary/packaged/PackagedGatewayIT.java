package io.dromedary.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** What users start: the packaged build, its arguments, what it says and how it ends. */
@Timeout(180)
class PackagedGatewayIT {

    @TempDir
    private Path folder;

    private static String ask(int port, String path, String key) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + key)
                .POST(HttpRequest.BodyPublishers.ofString(RunningGateway.chat("qwen3.5-local", false))).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    @Test
    void theShippedConfigurationServesFromAnyFolderWithADotEnv() throws Exception {
        int port = PackagedGateway.freePort();
        try (FakeUpstream local = FakeUpstream.start();
                FakeUpstream cloud = FakeUpstream.start()
                        .does((request, line) -> line.json(200, Replies.chat("from the cloud")))) {
            String config = Files.readString(PackagedGateway.distribution().resolve("config/litellm_config.yaml"))
                    .replace("https://nano-gpt.com/api/v1", cloud.baseUrl());
            Files.writeString(Files.createDirectory(folder.resolve("config")).resolve("litellm_config.yaml"), config);
            Files.writeString(folder.resolve(".env"),
                    "\uFEFF# keys\n  export LITELLM_MASTER_KEY='sk-local-dev-key' # dev\nNANOGPT_API_KEY=\"sk-nano\"\n"
                    + "LITELLM_SALT_KEY=x\nunreadable line\nPORT_OF_LOCAL=" + local.port() + "\n"
                    + "LOCAL_API_BASE=http://127.0.0.1:${PORT_OF_LOCAL}/v1\n");
            try (PackagedGateway gateway =
                    PackagedGateway.run(folder, Map.of("PORT", String.valueOf(port), "HOST", "127.0.0.1"),
                    "--num_workers", "4").awaitOutput("Listening on http://127.0.0.1:" + port)) {
                assertTrue(ask(port, "/v1/chat/completions", "sk-local-dev-key").contains("hello"));
                local.close();
                assertTrue(ask(port, "/chat/completions", "sk-local-dev-key").contains("from the cloud"));
                assertTrue(ask(port, "/chat/completions", "any-key").contains("invalid_api_key"));
                OpenAIClient client = OpenAIOkHttpClient.builder().baseUrl("http://127.0.0.1:" + port + "/v1")
                        .apiKey("sk-local-dev-key").maxRetries(0).build();
                assertEquals("qwen3.5-local", client.chat().completions().create(ChatCompletionCreateParams.builder()
                        .model("qwen3.5-local").addUserMessage("x").build()).model());
                String log = gateway.awaitOutput("failed=\"qwen3.5-local: connection refused\"").output();
                assertTrue(log.contains("Model qwen3.5-local: openai/qwen3.5-35b-a3b")
                        && log.contains("; then qwen3.5"), log);
                assertTrue(log.contains("allow_requests_on_db_unavailable is accepted and opens nothing"), log);
                assertTrue(log.contains("group=\"qwen3.5\" attempts=2"), log);
                assertTrue(log.contains(".env:5:1: .env: has no = after its name: it sets nothing"), log);
                assertFalse(log.contains("sk-nano") || log.contains("sk-local-dev-key"), "no key in the log");
                gateway.terminate();
                assertEquals(0, gateway.awaitExit());
            }
        }
    }

    @Test
    void aStreamInFlightEndsBeforeTheGatewayDoes() throws Exception {
        int port = PackagedGateway.freePort();
        try (FakeUpstream upstream = FakeUpstream.start()) {
            java.util.concurrent.CountDownLatch go = new java.util.concurrent.CountDownLatch(1);
            upstream.does((request, line) -> {
                line.streamHead().event(Replies.chunk("begun"));
                go.await();
                line.event(Replies.finish()).event("[DONE]").endOfChunks();
            });
            Path config = Files.writeString(folder.resolve("c.yaml"), RunningGateway.single(upstream));
            try (PackagedGateway gateway =
                    PackagedGateway.run(folder, Map.of("LITELLM_MASTER_KEY", RunningGateway.KEY), "-c",
                    config.toString(), "--host", "127.0.0.1", "--port", String.valueOf(port)).awaitOutput("Listening");
                    RawClient client = new RawClient(port)) {
                client.post("/v1/chat/completions", RunningGateway.chat("only", true)).readUntil("begun");
                gateway.terminate();
                go.countDown();
                client.readUntil("data: [DONE]\n\n");
                gateway.awaitExit();
            }
        }
    }

    @Test
    void aHundredStreamsInFlightEndWholeWhileNewRequestsAreRefused() throws Exception {
        int port = PackagedGateway.freePort();
        try (FakeUpstream upstream = FakeUpstream.start()) {
            java.util.concurrent.CountDownLatch go = new java.util.concurrent.CountDownLatch(1);
            upstream.does((request, line) -> {
                line.streamHead().event(Replies.chunk("begun"));
                go.await();
                line.event(Replies.finish()).event("[DONE]").endOfChunks();
            });
            Path config = Files.writeString(folder.resolve("c.yaml"), RunningGateway.single(upstream));
            java.util.List<RawClient> clients = new java.util.ArrayList<>();
            try (PackagedGateway gateway =
                    PackagedGateway.run(folder, Map.of("LITELLM_MASTER_KEY", RunningGateway.KEY), "-c",
                    config.toString(), "--host", "127.0.0.1", "--port", String.valueOf(port))
                    .awaitOutput("Listening")) {
                for (int i = 0; i < 100; i++) {
                    RawClient client = new RawClient(port);
                    clients.add(client);
                    client.post("/v1/chat/completions", RunningGateway.chat("only", true)).readUntil("begun");
                }
                gateway.terminate();
                org.awaitility.Awaitility.await()
                        .until(() -> status(port, "/health/readiness").startsWith("HTTP/1.1 503"));
                String refused = status(port, "/v1/models");
                assertTrue(refused.startsWith("HTTP/1.1 503") && refused.contains("Retry-After: 1"), refused);
                assertTrue(status(port, "/health/liveness").startsWith("HTTP/1.1 200"));
                go.countDown();
                for (RawClient client : clients) {
                    client.readUntil("data: [DONE]\n\n");
                }
                assertEquals(0, gateway.awaitExit());
            } finally {
                for (RawClient client : clients) {
                    client.close();
                }
            }
        }
    }

    private static String status(int port, String path) throws Exception {
        try (RawClient client = new RawClient(port)) {
            return client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + RunningGateway.KEY
                    + "\r\nConnection: close\r\n\r\n").readAll();
        }
    }

    @Test
    void aStreamThatOutlivesTheGraceEndsWithAnErrorEvent() throws Exception {
        int port = PackagedGateway.freePort();
        try (FakeUpstream upstream = FakeUpstream.start()) {
            upstream.does((request, line) -> {
                line.streamHead().event(Replies.chunk("begun"));
                line.awaitClosed();
            });
            Path config = Files.writeString(folder.resolve("c.yaml"), RunningGateway.single(upstream));
            try (PackagedGateway gateway = PackagedGateway.run(folder, Map.of("LITELLM_MASTER_KEY", RunningGateway.KEY,
                    "GATEWAY_SHUTDOWN_GRACE", "500"), "-c", config.toString(), "--host", "127.0.0.1", "--port",
                    String.valueOf(port)).awaitOutput("Listening"); RawClient client = new RawClient(port)) {
                client.post("/v1/chat/completions", RunningGateway.chat("only", true)).readUntil("begun");
                gateway.terminate();
                String end = client.readUntil("\r\n0\r\n\r\n");
                assertTrue(end.contains("gateway_ending") && !end.contains("[DONE]"), end);
                assertEquals(0, gateway.awaitExit());
            }
        }
    }

    @Test
    void everyPropertyCanBeSetFromOutside() throws Exception {
        try (FakeUpstream upstream = FakeUpstream.start().does((request, line) -> line.awaitClosed())) {
            Path config = Files.writeString(folder.resolve("c.yaml"), RunningGateway.single(upstream));
            for (Map<String, String> environment : java.util.List.of(Map.of("GATEWAY_TIMEOUT_RESPONSE", "123"),
                    Map.of("JAVA_OPTS", "-Dgateway.timeout.response=123"))) {
                int port = PackagedGateway.freePort(); // a new one each: in between, another program may take the last
                Map<String, String> all = new java.util.HashMap<>(environment);
                all.put("LITELLM_MASTER_KEY", RunningGateway.KEY);
                all.put("CONFIG_FILE_PATH", config.toString());
                try (PackagedGateway gateway =
                        PackagedGateway.run(folder, all, "--host", "127.0.0.1", "--port", String.valueOf(port))
                        .awaitOutput("Listening"); RawClient client = new RawClient(port)) {
                    client.post("/v1/chat/completions", RunningGateway.chat("only", false));
                    assertTrue(client.readUntil("}}").contains("no answer within 123 ms"));
                }
            }
        }
    }

    private String refusal(Map<String, String> environment, String... arguments) throws Exception {
        try (PackagedGateway gateway = PackagedGateway.run(folder, environment, arguments)) {
            assertEquals(1, gateway.awaitExit(), gateway.output());
            assertTrue(gateway.output().contains("The gateway has not started."), gateway.output());
            assertFalse(gateway.output().contains("\tat "), gateway.output());
            return gateway.output();
        }
    }

    @Test
    void aTakenPortIsAnErrorAndNoOtherPortIsTaken() throws Exception {
        Path config = Files.writeString(folder.resolve("c.yaml"), "model_list: [{model_name: a, litellm_params: "
                + "{model: openai/a, api_base: 'http://127.0.0.1:1/v1'}}]\ngeneral_settings: {master_key: k}\n");
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
            String output = refusal(Map.of(), "-c", config.toString(), "--host", "127.0.0.1",
                    "--port", String.valueOf(taken.getLocalPort()));
            assertTrue(output.contains("Port " + taken.getLocalPort() + " on 127.0.0.1 cannot be opened: it is taken"),
                    output);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--port|99999|99999 is no port: write a number from 1 to 65535 with --port",
        "--port|-1|-1 is no port",
        "PORT|70000|70000 is no port",
        "PORT|99999999999|PORT is '99999999999': write a number",
        "--host|192.0.2.1|on 192.0.2.1 cannot be opened: that is no address of this machine. Name one with --host",
        "HOST|no.such.host.invalid|cannot be opened: no host of that name is known",
        "GATEWAY_MANAGEMENT_PORT|99999|from 1 to 65535 with gateway.management.port, or 0 for none",
        "GATEWAY_MANAGEMENT_PORT|TAKEN|is taken by another program. Name another with gateway.management.port",
        "GATEWAY_MANAGEMENT_PORT|OWN|where the gateway itself listens: name another, or 0 for none"})
    void whereItCannotListenItSaysWhyAndEnds(String name, String value, String reason) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
            int own = PackagedGateway.freePort();
            cannotListen(own, name, value.equals("TAKEN") ? String.valueOf(taken.getLocalPort())
                    : value.equals("OWN") ? String.valueOf(own) : value, reason);
        }
    }

    private void cannotListen(int own, String name, String value, String reason) throws Exception {
        Path config = Files.writeString(folder.resolve("c.yaml"), "model_list: [{model_name: a, litellm_params: "
                + "{model: openai/a, api_base: 'http://127.0.0.1:1/v1'}}]\ngeneral_settings: {master_key: k}\n");
        List<String> arguments = new ArrayList<>(List.of("-c", config.toString()));
        Map<String, String> environment = new HashMap<>();
        environment.put("GATEWAY_SERVER_PORT", String.valueOf(own));
        environment.put("GATEWAY_SERVER_HOST", "127.0.0.1");
        if (name.startsWith("--")) {
            arguments.addAll(List.of(name, value));
        } else {
            environment.put(name, value);
        }
        String output = refusal(environment, arguments.toArray(new String[0]));
        assertTrue(output.contains(reason), output);
    }

    /** Each with the memory of a small container: what is read is bounded before it is looked at. */
    @Test
    void aFileWithoutAnEndIsToldAndTheProcessEndsAsWithAnyFault() throws Exception {
        Map<String, String> small = Map.of("JAVA_OPTS", "-Xmx96m", "LITELLM_MASTER_KEY", RunningGateway.KEY);
        assertTrue(refusal(small, "-c", "/dev/zero").contains("/dev/zero is a folder, a device or a pipe"));
        Path config = Files.writeString(folder.resolve("c.yaml"), "- a\n".repeat(700_000));
        assertTrue(refusal(small, "-c", config.toString()).contains("holds more than 200000 values"));
        try (RandomAccessFile sparse = new RandomAccessFile(folder.resolve(".env").toFile(), "rw")) {
            sparse.setLength(1L << 35);
        }
        String output = refusal(small, "-c", config.toString());
        assertTrue(output.contains(".env: is longer than 3 MiB, so none of its variables is set. Write one NAME=value"),
                output);
    }

    @Test
    void faultsOfTheConfigurationAreToldWithFileLineAndMend() throws Exception {
        Files.writeString(folder.resolve("litellm_config.yaml"),
                "model_list:\n  - model_name: a\n    litellm_params: {model: opena/x}\n");
        String output = refusal(Map.of());
        assertTrue(output.contains(
                "error: litellm_config.yaml:3:22: model_list[].litellm_params.model: opena is not a provider"), output);
        assertTrue(output.contains("Did you mean openai/x?"), output);
        assertTrue(output.contains("general_settings.master_key: is missing"), output);
    }

    @Test
    void withoutAConfigurationItSaysWhereItLooked() throws Exception {
        String output = refusal(Map.of());
        assertTrue(output.contains("There is no configuration in") && output.contains(": no litellm_config.yaml, no "
                + "config.yaml, no config/litellm_config.yaml, no config/config.yaml."), output);
        Files.createDirectory(folder.resolve("config.yaml"));
        output = refusal(Map.of());
        assertTrue(output.contains("config.yaml is a folder, as Docker makes one where the file that is to be mounted"),
                output);
    }

    @Test
    void aWrongPropertyIsNamed() throws Exception {
        Files.writeString(folder.resolve("litellm_config.yaml"), "model_list: []\n");
        assertTrue(refusal(Map.of("GATEWAY_TIMEOUT_IDLE", "soon")).contains("model_list: names no model")
                || refusal(Map.of("GATEWAY_MEMORY_BYTES", "soon")).contains("gateway.memory.bytes is 'soon'"));
    }

    @Test
    void theDemoShowsAFallback() throws Exception {
        int port = PackagedGateway.freePort();
        int local = PackagedGateway.freePort();
        int cloud = PackagedGateway.freePort();
        try (PackagedGateway demo =
                PackagedGateway.run(folder, Map.of(), "demo", "--port", String.valueOf(port), "--local-port",
                String.valueOf(local), "--cloud-port", String.valueOf(cloud)).awaitOutput("curl -X POST")) {
            assertTrue(ask(port, "/v1/chat/completions", "sk-local-dev-key").contains("from the local demo upstream"));
            HttpClient http = HttpClient.newHttpClient();
            URI down = URI.create("http://127.0.0.1:" + cloud + "/demo/local/down");
            assertEquals("local is down\n",
                    http.send(HttpRequest.newBuilder(down).POST(HttpRequest.BodyPublishers.noBody()).build(),
                    HttpResponse.BodyHandlers.ofString()).body());
            assertTrue(ask(port, "/v1/chat/completions", "sk-local-dev-key").contains("from the cloud demo upstream"));
        }
    }

    @Test
    @EnabledForJreRange(minVersion = 25)
    void aTrainedGatewayStartsFromItsCacheAndServes() throws Exception {
        int port = PackagedGateway.freePort();
        Process train = new ProcessBuilder(PackagedGateway.distribution().resolve("bin/train").toString(),
                "--requests", "20",
                "--port", String.valueOf(port)).redirectErrorStream(true).start();
        String said = new String(train.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertEquals(0, train.waitFor(), said);
        try (FakeUpstream upstream = FakeUpstream.start()) {
            Path config = Files.writeString(folder.resolve("c.yaml"), RunningGateway.single(upstream));
            try (PackagedGateway gateway =
                    PackagedGateway.run(folder, Map.of("LITELLM_MASTER_KEY", RunningGateway.KEY, "JAVA_OPTS",
                    "-Xlog:class+load=info"), "-c", config.toString(), "--host", "127.0.0.1", "--port",
                    String.valueOf(port))
                    .awaitOutput("Listening")) {
                assertTrue(gateway.output().contains("io.dromedary.app.serve.Gateway source: shared objects file"),
                        "loaded from the cache");
                assertTrue(!gateway.output().contains(" picocli."), "a usual start needs no class of picocli's");
                assertTrue(ask(port, "/v1/chat/completions", RunningGateway.KEY).contains("model_not_found"));
            }
        }
    }
}
