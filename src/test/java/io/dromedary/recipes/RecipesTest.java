package io.dromedary.recipes;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Line;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/**
 * Each page of {@code docs/recipes/} does what it says: its files are served beside the shipped ones, its requests are
 * sent.
 */
@Timeout(120)
class RecipesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    static List<RecipePage> pages() {
        List<RecipePage> pages = RecipePage.all();
        assertTrue(pages.size() >= 10, "there are pages: " + pages);
        // What needs a broker is tested with one.
        return pages.stream().filter(page -> !page.name().equals("copy-to-kafka.md")).toList();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void thePageDoesWhatItSays(RecipePage page) throws IOException {
        assertEquals(1, page.routes().size(), "one route file");
        assertFalse(page.exchanges().isEmpty(), "a request");
        Map<String, String> properties = new HashMap<>(page.properties());
        try (FakeUpstream local = FakeUpstream.start(); FakeUpstream cloud = FakeUpstream.start()) {
            properties.replaceAll((key, value) -> key.endsWith(".folder") ? folder.resolve(value).toString()
                    : key.endsWith(".url") ? cloud.baseUrl() : value);
            local.says("Hello from local.");
            cloud.says("Hello from the cloud.");
            Map<String, String> variables =
                    Map.of("LOCAL_API_BASE", local.baseUrl(), "NANOGPT_API_KEY", RunningGateway.CLOUD_KEY,
                    "PROVIDER_API_BASE", cloud.baseUrl(), "PROVIDER_KEY", "provider-key-0815");
            try (RunningGateway gateway =
                    RunningGateway.with(config(page, cloud), properties, page.routes(), variables)) {
                for (RecipePage.Exchange exchange : page.exchanges()) {
                    exchange(exchange, gateway, local, cloud);
                }
            }
        }
    }

    /** The shipped configuration with the page's models first, and loopback in the cloud's place. */
    private static String config(RecipePage page, FakeUpstream cloud) throws IOException {
        String shipped = Files.readString(Path.of("config/litellm_config.yaml"))
                .replace("https://nano-gpt.com/api/v1", cloud.baseUrl());
        String models = page.block("litellm_config.yaml").orElse("model_list:\n");
        assertTrue(models.startsWith("model_list:\n"), "entries of model_list");
        // Behind the shipped ones' first line, so that the default model stays the first chat model of the list.
        return shipped.replace("\nlitellm_settings:\n",
                models.substring("model_list:\n".length()) + "\nlitellm_settings:\n");
    }

    private void exchange(RecipePage.Exchange exchange, RunningGateway gateway, FakeUpstream local,
            FakeUpstream cloud) {
        String down = exchange.request().options().getOrDefault("down", "");
        if (down.contains("local")) {
            local.does((request, line) -> line.hangUp());
        }
        if (down.contains("cloud")) {
            cloud.does((request, line) -> line.hangUp());
        }
        if ("cloud".equals(exchange.request().options().get("echo"))) {
            cloud.does(RecipesTest::echo);
        }
        checker(exchange.request().options().getOrDefault("checker", ""), cloud);
        int times = Integer.parseInt(exchange.request().options().getOrDefault("times", "1"));
        int before = cloud.posts().size();
        HttpResponse<String> answer = null;
        for (int i = 0; i < times; i++) {
            answer = gateway.send(CurlLine.request(exchange.request().text(), gateway,
                    Map.of("LITELLM_MASTER_KEY", RunningGateway.KEY)));
        }
        for (RecipePage.Block block : exchange.expected()) {
            switch (block.what()) {
                case "output" -> assertLike(block, shown(answer, block));
                case "local" -> assertLike(block, block.text().startsWith("POST") ? head(local) : last(local).text());
                case "cloud" -> assertLike(block, block.text().startsWith("POST") ? head(cloud) : last(cloud).text());
                case "copies" -> await().untilAsserted(() -> assertLike(block, copies()));
                case "share" -> share(block, cloud, before, times);
                default -> throw new IllegalArgumentException("a block of the kind '" + block.what() + "'");
            }
        }
    }

    /** Repeats what it was asked, a stream in pieces of three characters. */
    private static void echo(FakeUpstream.Received request, Line line) throws IOException {
        JsonNode body = JSON.readTree(request.body());
        String said = body.path("messages").path(0).path("content").asText();
        if (body.path("stream").asBoolean()) {
            line.stream(said.split("(?<=\\G.{3})"));
        } else {
            line.json(200, Replies.chat(said));
        }
    }

    /** From now on, the cloud is a checker that says or does that. */
    private static void checker(String what, FakeUpstream cloud) {
        switch (what) {
            case "allows" -> cloud.does((request, line) -> line.json(200, "{\"allowed\": true}"));
            case "refuses" -> cloud.does((request, line) -> line.json(200, "{\"allowed\": false}"));
            case "late" -> cloud.does((request, line) -> line.awaitClosed());
            case "drips" -> cloud.does((request, line) -> {
                line.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n");
                for (int i = 0; i < 1000; i++) {
                    line.raw(" ").silentFor(50);
                }
            });
            case "down" -> cloud.refuses();
            default -> { }
        }
    }

    /** The body; with its head where the page shows one. */
    private static String shown(HttpResponse<String> answer, RecipePage.Block block) {
        return (block.text().startsWith("HTTP/1.1 ") ? "HTTP/1.1 " + answer.statusCode() + "\n" + answer.headers().map()
                .entrySet().stream()
                .map(header -> header.getKey().toLowerCase() + ": " + header.getValue().get(0))
                .collect(Collectors.joining("\n")) + "\n\n" : "")
                + answer.body();
    }

    private static FakeUpstream.Received last(FakeUpstream upstream) {
        return upstream.posts().get(upstream.posts().size() - 1);
    }

    private static String head(FakeUpstream upstream) {
        FakeUpstream.Received request = last(upstream);
        return request.method() + " " + request.path() + "\n" + request.headers().entrySet().stream()
                .map(header -> header.getKey() + ": " + header.getValue()).collect(Collectors.joining("\n"));
    }

    private String copies() throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).map(file -> {
                try {
                    return Files.readString(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }).collect(Collectors.joining());
        }
    }

    /** How many of a hundred requests asked the cloud for a model: {@code model from to}. */
    private static void share(RecipePage.Block block, FakeUpstream cloud, int before, int times) {
        String[] words = block.text().strip().split(" ");
        long asked = cloud.posts().stream().skip(before)
                .filter(request -> request.text().contains("\"" + words[0] + "\"")).count();
        assertTrue(asked * 100 >= Long.parseLong(words[1]) * times && asked * 100 <= Long.parseLong(words[2]) * times,
                asked + " of " + times + " asked for " + words[0]);
    }

    /** Where the page writes {@code ...}, anything may stand; how much white space there is does not matter. */
    private static void assertLike(RecipePage.Block expected, String actual) {
        String pattern = java.util.Arrays.stream(expected.text().strip().split("\\.\\.\\.", -1))
                .map(part -> java.util.Arrays.stream(part.split("\\s+", -1)).map(java.util.regex.Pattern::quote)
                .collect(Collectors.joining("\\s*")))
                .collect(Collectors.joining(".*"));
        String text = actual.strip().replaceAll("\\s+", " ");
        assertTrue(java.util.regex.Pattern.compile(pattern, java.util.regex.Pattern.DOTALL).matcher(text).matches(),
                () -> "expected " + expected.text() + "\nbut was " + actual);
    }
}
