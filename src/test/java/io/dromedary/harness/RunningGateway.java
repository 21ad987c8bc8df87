package io.dromedary.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;

import io.dromedary.app.serve.Gateway;
import io.dromedary.config.Environment;

/**
 * The gateway itself, with the project's own routes and properties, on a port of the loopback address. Only the model
 * list and single properties are the test's.
 */
public final class RunningGateway implements AutoCloseable {

    /** The master key of every test. */
    public static final String KEY = "sk-test-master-key-4711";

    /** The key of {@code cloud} in {@link #localAndCloud}. */
    public static final String CLOUD_KEY = "sk-cloud-key-0815";

    private static final Path PROJECT = Path.of("").toAbsolutePath();

    private final Gateway gateway;
    private final Path home;
    private final HttpClient http = HttpClient.newHttpClient();
    private final OpenAIClient openai;

    private RunningGateway(Gateway gateway, Path home) {
        this.gateway = gateway;
        this.home = home;
        this.openai = OpenAIOkHttpClient.builder().baseUrl(url("/v1")).apiKey(KEY).maxRetries(0)
                .timeout(Duration.ofSeconds(60)).build();
    }

    /** Starts one with that model list. */
    public static RunningGateway with(String config) {
        return with(config, Map.of());
    }

    /** Starts one with that model list, and properties other than the project's. */
    public static RunningGateway with(String config, Map<String, String> properties) {
        return with(config, properties, Map.of());
    }

    /**
     * Starts one with route files of the test's own beside the project's.
     *
     * @param routes file name to content; a file of the project's with the same name is replaced
     */
    public static RunningGateway with(String config, Map<String, String> properties, Map<String, String> routes) {
        return with(config, properties, routes, Map.of());
    }

    /** Starts one with variables of the test's own beside the master key. */
    public static RunningGateway with(String config, Map<String, String> properties, Map<String, String> routes,
            Map<String, String> variables) {
        try {
            Path home = Files.createTempDirectory("gateway");
            Files.createDirectory(home.resolve("routes"));
            try (Stream<Path> files = Files.list(PROJECT.resolve("routes"))) {
                for (Path file : files.toList()) {
                    Files.copy(file, home.resolve("routes").resolve(file.getFileName()));
                }
            }
            for (Map.Entry<String, String> route : routes.entrySet()) {
                Files.writeString(home.resolve("routes").resolve(route.getKey()), route.getValue());
            }
            Files.copy(PROJECT.resolve("application.properties"), home.resolve("application.properties"));
            Files.writeString(home.resolve("application.properties"), "\ncamel.beans.nodeCoverage=#class:"
                    + NodeCoverage.class.getName() + "\n", StandardOpenOption.APPEND);
            // A test that changes files says when they are to be read.
            Files.writeString(home.resolve("application.properties"), "gateway.reload.watch=false\n",
                    StandardOpenOption.APPEND);
            for (Map.Entry<String, String> property : properties.entrySet()) {
                Files.writeString(home.resolve("application.properties"),
                        "\n" + property.getKey() + "=" + property.getValue() + "\n", StandardOpenOption.APPEND);
            }
            Path file = home.resolve("litellm_config.yaml");
            Files.writeString(file, config, StandardCharsets.UTF_8);
            Map<String, String> environment = new HashMap<>(Map.of("LITELLM_MASTER_KEY", KEY));
            environment.putAll(variables);
            Gateway gateway = new Gateway(home, file, () -> Environment.of(environment));
            KeyLeaks.watch();
            gateway.start("127.0.0.1", 0);
            return new RunningGateway(gateway, home);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The usual model list: {@code local}, which falls back to {@code cloud}, whose key is {@code sk-cloud-key-0815}.
     */
    public static String localAndCloud(FakeUpstream local, FakeUpstream cloud) {
        return """
                model_list:
                  - model_name: local
                    litellm_params: {model: openai/local-upstream, api_base: '%s'}
                    model_info: {id: local-id}
                  - model_name: cloud
                    litellm_params: {model: openai/cloud-upstream, api_base: '%s', api_key: sk-cloud-key-0815}
                    model_info: {id: cloud-id}
                  - model_name: embed
                    litellm_params: {model: openai/embed-upstream, api_base: '%s', api_key: sk-cloud-key-0815}
                    model_info: {id: embed-id, mode: embedding}
                litellm_settings:
                  drop_params: true
                  num_retries: 0
                  fallbacks: [{local: [cloud]}]
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(local.baseUrl(), cloud.baseUrl(), cloud.baseUrl());
    }

    /** A model list of one model, {@code only}. */
    public static String single(FakeUpstream upstream) {
        return """
                model_list:
                  - model_name: only
                    litellm_params: {model: openai/upstream-name, api_base: '%s'}
                    model_info: {id: only-id}
                litellm_settings: {drop_params: true, num_retries: 0}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(upstream.baseUrl());
    }

    /** The app. */
    public Gateway app() {
        return gateway;
    }

    /** The folder with its configuration, routes and properties, which a test may change. */
    public Path home() {
        return home;
    }

    /** Its port. */
    public int port() {
        return gateway.port();
    }

    /** A URL of it. */
    public String url(String path) {
        return "http://127.0.0.1:" + gateway.port() + path;
    }

    /** The official client, without retries of its own. */
    public OpenAIClient openai() {
        return openai;
    }

    /** Posts JSON with the key. */
    public HttpResponse<String> post(String path, String body, String... headers) {
        return send(request(path, headers).header("Authorization", "Bearer " + KEY)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)).build());
    }

    /** Gets with the key. */
    public HttpResponse<String> get(String path) {
        return send(request(path).header("Authorization", "Bearer " + KEY).build());
    }

    /** The beginning of a request, without the key. */
    public HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(url(path))).timeout(Duration.ofSeconds(30))
                .version(HttpClient.Version.HTTP_1_1);
        return headers.length == 0 ? builder : builder.headers(headers);
    }

    /** Sends any request. */
    public HttpResponse<String> send(HttpRequest request) {
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            KeyLeaks.lookThrough(answer.headers().map() + answer.body());
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A chat request's body. */
    public static String chat(String model, boolean stream) {
        return "{\"model\":\"" + model + "\",\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    }

    @Override
    public void close() {
        gateway.close();
        try (Stream<Path> files = Files.walk(home)) {
            files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> leaks = KeyLeaks.found();
        if (!leaks.isEmpty()) {
            throw new AssertionError("A key was let out: " + leaks);
        }
    }
}
