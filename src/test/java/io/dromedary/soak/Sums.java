package io.dromedary.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.awaitility.Awaitility;

import io.dromedary.harness.RunningGateway;
import io.dromedary.harness.Scrape;

/**
 * What metrics and usage tell of all that a gateway has been asked, once nothing is in flight any more; to be held
 * against its log, which in turn is held against what its clients saw.
 */
record Sums(Scrape metrics, JsonNode usage) {

    private static final String REQUESTS = "litellm_proxy_total_requests_metric_total";
    private static final Pattern STATUS = Pattern.compile("status_code=\"(\\d+)\"");
    private static final Pattern LINE = Pattern.compile("dromedary\\.access - .* status=(\\d+)( .*)?");
    private static final Pattern RUN = Pattern.compile("dromedary\\.access - .* model=\"");

    /** Waits until nothing is in flight. */
    static Sums of(int port) throws Exception {
        AtomicReference<Double> before = new AtomicReference<>(-1.0);
        // What is told is kept for a second; who has left may be counted a moment after it.
        Scrape quiet = Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(1500))
                .until(() -> Scrape.of(get(port, "/metrics")), scrape -> {
                    double now = scrape.sum(REQUESTS);
                    return before.getAndSet(now) == now && scrape.sum("litellm_in_flight_requests") == 0
                            && scrape.sum("dromedary_steps_overdue") == 0;
                });
        return new Sums(quiet, new ObjectMapper().readTree(get(port, "/usage")).at("/since_start/total"));
    }

    private static String get(int port, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + RunningGateway.KEY).build(),
                HttpResponse.BodyHandlers.ofString()).body();
    }

    /** Each status was counted as often as the log has it, and usage has the same tokens. */
    void assertAgreeWith(String log) {
        assertEquals(0, metrics.sum("dromedary_log_lines_dropped_total"), "all of the log is there");
        Map<String, Double> counted = new TreeMap<>();
        metrics.series().forEach((series, value) -> {
            Matcher status = STATUS.matcher(series);
            if (series.startsWith(REQUESTS + "{") && status.find()) {
                counted.merge(status.group(1), value, Double::sum);
            }
        });
        Map<String, Double> logged = new TreeMap<>();
        log.lines().map(LINE::matcher).filter(Matcher::find).filter(line -> !" by-server".equals(line.group(2)))
                .forEach(line -> logged.merge(line.group(1), 1.0, Double::sum));
        assertEquals(logged, counted, "log and metrics");
        long runs = log.lines().filter(line -> RUN.matcher(line).find()).count();
        // Usage also counts who asks for a model that nobody serves.
        assertTrue(runs > 0 && usage.path("requests").asLong() >= runs, runs + " in the log, but " + usage);
        assertSame("prompt_tokens", "litellm_input_tokens_metric_total");
        assertSame("completion_tokens", "litellm_output_tokens_metric_total");
    }

    /** But for what a double cannot hold: a hostile upstream tells any number of tokens. */
    private void assertSame(String inUsage, String inMetrics) {
        double told = usage.path(inUsage).asDouble();
        assertEquals(told, metrics.sum(inMetrics), Math.max(0.5, told * 1e-9), inMetrics + " and usage: " + usage);
    }
}
