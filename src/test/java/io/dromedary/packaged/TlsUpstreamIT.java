package io.dromedary.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** An upstream behind TLS is called if its certificate is trusted and its own, by either client. */
@Timeout(120)
class TlsUpstreamIT {

    private static final String PASSWORD = "changeit";

    @TempDir
    private Path folder;
    private HttpsServer upstream;

    @BeforeEach
    void start() throws Exception {
        Path store = folder.resolve("store.p12");
        keytool("-genkeypair", "-alias", "upstream", "-keyalg", "EC", "-dname", "CN=localhost", "-ext",
                "SAN=dns:localhost", "-validity",
                "2", "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD);
        keytool("-exportcert", "-rfc", "-alias", "upstream", "-keystore", store.toString(), "-storepass", PASSWORD,
                "-file",
                folder.resolve("trusted.pem").toString());
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        upstream = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.setHttpsConfigurator(new HttpsConfigurator(tls));
        upstream.createContext("/v1/chat/completions", exchange -> {
            int length = exchange.getRequestBody().readAllBytes().length;
            byte[] body = Replies.chat(length + " bytes over TLS").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        upstream.start();
    }

    @AfterEach
    void stop() {
        upstream.stop(0);
    }

    private static void keytool(String... arguments) throws Exception {
        java.util.List<String> command = new java.util.ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(java.util.List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }

    private HttpResponse<String> ask(String host, Map<String, String> environment) throws Exception {
        return ask(host, RunningGateway.chat("only", false), environment);
    }

    private HttpResponse<String> ask(String host, String request, Map<String, String> environment) throws Exception {
        Path config = Files.writeString(folder.resolve("c.yaml"), """
                model_list:
                  - model_name: only
                    litellm_params: {model: openai/x, api_base: 'https://%s:%d/v1', api_key: sk-tls}
                litellm_settings: {num_retries: 0}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(host, upstream.getAddress().getPort()));
        int port = PackagedGateway.freePort();
        Map<String, String> all = new java.util.HashMap<>(environment);
        all.put("LITELLM_MASTER_KEY", RunningGateway.KEY);
        // A JVM's first handshake may be slow on a busy machine, and this is not about the clock.
        all.put("GATEWAY_TIMEOUT_CONNECT", "20000");
        try (PackagedGateway gateway =
                PackagedGateway.run(folder, all, "-c", config.toString(), "--host", "127.0.0.1", "--port",
                String.valueOf(port)).awaitOutput("Listening")) {
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"))
                    .header("Authorization", "Bearer " + RunningGateway.KEY)
                    .POST(HttpRequest.BodyPublishers.ofString(request)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void itIsCalledWhereItsCertificateIsTrustedAndNotOtherwise() throws Exception {
        Map<String, String> trusting = Map.of("SSL_CERT_FILE", folder.resolve("trusted.pem").toString());
        HttpResponse<String> answer = ask("localhost", trusting);
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("over TLS"), answer.body());

        // Longer than what is sent in one piece: its slices are encrypted one after the other.
        String request = RunningGateway.chat("only", false).replace("hi", "x".repeat(300_000));
        int length = request.replace("\"only\"", "\"x\"").length();
        HttpResponse<String> longer = ask("localhost", request, trusting);
        assertEquals(200, longer.statusCode(), longer.body());
        assertTrue(longer.body().contains(length + " bytes over TLS"), longer.body());

        HttpResponse<String> untrusted = ask("localhost", Map.of());
        assertEquals(502, untrusted.statusCode(), untrusted.body());
        assertTrue(untrusted.body().contains("no TLS connection"), untrusted.body());

        HttpResponse<String> another = ask("127.0.0.1", trusting);
        assertEquals(502, another.statusCode(), "the certificate is another host's: " + another.body());
    }

    @Test
    void aModelThatARouteServesByCamelHttpIsCalledOverTls() throws Exception {
        Path routes = Files.createDirectory(folder.resolve("routes"));
        try (Stream<Path> shipped = Files.list(Path.of("routes"))) {
            for (Path route : shipped.toList()) {
                Files.copy(route, routes.resolve(route.getFileName()));
            }
        }
        String page = Files.readString(Path.of("docs/recipes/serve-by-camel-http.md"));
        int from = page.indexOf('\n', page.indexOf("```yaml routes/"));
        Files.writeString(routes.resolve("legacy.camel.yaml"), page.substring(from + 1, page.indexOf("```", from)));
        Map<String, String> environment = Map.of("GATEWAY_ROUTES", routes.toString(),
                "LEGACY_URL", "https://localhost:" + upstream.getAddress().getPort() + "/v1",
                "LEGACY_KEY", "sk-legacy");
        Map<String, String> trusting = new java.util.HashMap<>(environment);
        trusting.put("JAVA_OPTS", "-Djavax.net.ssl.trustStore=" + folder.resolve("store.p12")
                + " -Djavax.net.ssl.trustStorePassword=" + PASSWORD);
        String legacy = RunningGateway.chat("legacy", false);
        HttpResponse<String> answer = ask("localhost", legacy, trusting);
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("over TLS"), answer.body());
        assertEquals(500, ask("localhost", legacy, environment).statusCode(), "its certificate is not trusted");
    }
}
