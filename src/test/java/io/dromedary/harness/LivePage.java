package io.dromedary.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.awaitility.Awaitility;

/** A page that listens to {@code /ui/api/live}, and remembers what it was told. */
public final class LivePage implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final InputStream body;

    /**
     * What it was told.
     *
     * @param name snapshot or tick
     * @param data its JSON
     */
    public record Event(String name, JsonNode data) {
    }

    /** Listens to {@code gateway} from now on. */
    public LivePage(RunningGateway gateway) {
        try {
            HttpResponse<InputStream> answer = HttpClient.newHttpClient().send(gateway.request("/ui/api/live")
                    .header("Authorization", "Bearer " + RunningGateway.KEY).build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            body = answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        Thread reader = new Thread(this::read, "live-page");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        String name = "";
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    KeyLeaks.lookThrough(line);
                    events.add(new Event(name, JSON.readTree(line.substring(6))));
                }
            }
        } catch (IOException e) {
            return; // closed
        }
    }

    /** Waits until it was told such an event. */
    public Event await(String name, Predicate<JsonNode> wanted) {
        return Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> events.stream()
                .filter(event -> event.name().equals(name) && wanted.test(event.data())).findFirst().orElse(null),
                found -> found != null);
    }

    /** All that it was told. */
    public String all() {
        return events.toString();
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
