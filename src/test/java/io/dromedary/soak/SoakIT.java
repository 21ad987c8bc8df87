package io.dromedary.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.RunningGateway;
import io.dromedary.packaged.PackagedGateway;

/**
 * The packaged gateway under a steady load with faults, for {@code dromedary.soak.seconds}: what it holds stays flat,
 * and each request is accounted for. With {@code dromedary.soak.result}, writes the figures to that file.
 */
@Tag("long")
class SoakIT {

    private static final int SAMPLES = 24;
    private static final int CLIENTS = 12;
    private static final long MIB = 1024 * 1024;
    private static final Pattern ACCESS = Pattern.compile("dromedary.access - (soak-\\d+) .* status=(\\d+)( |$)");

    @TempDir
    private Path folder;

    @Test
    @Timeout(3600)
    void whatTheGatewayHoldsStaysFlatAndEachRequestIsAccountedForWhateverUpstreamsDo() throws Exception {
        long seconds = Long.getLong("dromedary.soak.seconds", 120);
        List<ProcessVitals.Vitals> vitals = new ArrayList<>();
        Map<String, Integer> told;
        Map<String, Integer> logged;
        try (FakeUpstream local = FaultyUpstream.start(20); FakeUpstream cloud = FaultyUpstream.start(4)) {
            Path config = Files.writeString(folder.resolve("c.yaml"), RunningGateway.localAndCloud(local, cloud)
                    .replace("num_retries: 0", "num_retries: 1") + "router_settings: {hedge_after_ms: {local: 300}}\n");
            int port = PackagedGateway.freePort();
            try (PackagedGateway gateway = PackagedGateway.run(folder, Map.of("LITELLM_MASTER_KEY", RunningGateway.KEY,
                    "JAVA_OPTS", "-Xmx160m -XX:+UseG1GC -XX:NativeMemoryTracking=summary "
                            + "-Dgateway.timeout.first-token=1000 -Dgateway.timeout.response=1000"),
                    "-c", config.toString(), "--host", "127.0.0.1", "--port", String.valueOf(port))
                    .awaitOutput("Listening")) {
                SoakClients clients = new SoakClients(port, CLIENTS);
                try (clients; ProcessVitals process = new ProcessVitals(gateway.pid())) {
                    long begin = System.nanoTime();
                    for (int i = 1; i <= SAMPLES; i++) {
                        long at = begin + TimeUnit.SECONDS.toNanos(seconds) / SAMPLES * i;
                        LockSupport.parkNanos(at - System.nanoTime());
                        vitals.add(process.read());
                    }
                }
                gateway.terminate();
                assertEquals(0, gateway.awaitExit());
                assertEquals(List.of(), clients.broken());
                told = clients.outcomes();
                logged = logged(gateway.output());
            }
        }
        String report = report(seconds, vitals, told);
        System.out.print(report);
        if (System.getProperty("dromedary.soak.result") != null) {
            Files.writeString(Path.of(System.getProperty("dromedary.soak.result")), report);
        }
        assertAccounted(told, logged);
        assertFlat("heap", vitals, ProcessVitals.Vitals::heap, 8 * MIB);
        assertFlat("direct memory", vitals, ProcessVitals.Vitals::direct, 8 * MIB);
        assertFlat("threads", vitals, ProcessVitals.Vitals::threads, 12);
        assertFlat("files", vitals, ProcessVitals.Vitals::files, 40);
        assertTrue(told.values().stream().distinct().count() >= 5,
                "the faults reached clients: " + told.values().stream().distinct().toList());
    }

    /** What the gateway's log says became of each request. */
    private static Map<String, Integer> logged(String output) {
        Map<String, Integer> statuses = new HashMap<>();
        for (Matcher line = ACCESS.matcher(output); line.find();) {
            Integer before = statuses.put(line.group(1), Integer.valueOf(line.group(2)));
            assertEquals(null, before, "one line for " + line.group(1));
        }
        return statuses;
    }

    /** One line of log a request, with the status that its client saw; who leaves may find its answer whole already. */
    private static void assertAccounted(Map<String, Integer> told, Map<String, Integer> logged) {
        assertEquals(told.size(), logged.size());
        told.forEach((id, status) -> assertTrue(status.equals(logged.get(id))
                || status == SoakClients.LEFT && logged.get(id) == 200,
                id + " saw " + status + ", the log says " + logged.get(id)));
    }

    /**
     * After the first third, the later half of the samples is not above the earlier one, but for a tenth and
     * {@code slack}.
     */
    private static void assertFlat(String what, List<ProcessVitals.Vitals> vitals,
            ToLongFunction<ProcessVitals.Vitals> of, long slack) {
        List<Long> warm = vitals.subList(vitals.size() / 3, vitals.size()).stream().map(of::applyAsLong).toList();
        long earlier = median(warm.subList(0, warm.size() / 2));
        long later = median(warm.subList(warm.size() / 2, warm.size()));
        assertTrue(later <= earlier * 1.1 + slack, what + " grew from " + earlier + " to " + later + ": " + warm);
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static String report(long seconds, List<ProcessVitals.Vitals> vitals, Map<String, Integer> told) {
        Map<Integer, Long> byStatus = told.values().stream()
                .collect(Collectors.groupingBy(s -> s, TreeMap::new, Collectors.counting()));
        StringBuilder out = new StringBuilder("# Soak: " + seconds + " s, " + told.size() + " requests, Java "
                + Runtime.version().feature()
                + "\n\nRequests by status (499: the client left): " + byStatus
                + ". Each has one line in the gateway's log with the same status.\n\n"
                + "| at s | live heap MiB | direct MiB | threads | files |\n|--:|--:|--:|--:|--:|\n");
        for (int i = 0; i < vitals.size(); i++) {
            ProcessVitals.Vitals v = vitals.get(i);
            out.append(String.format("| %d | %.1f | %.1f | %d | %d |%n", seconds * (i + 1) / vitals.size(),
                    v.heap() / (double) MIB,
                    v.direct() / (double) MIB, v.threads(), v.files()));
        }
        return out.toString();
    }
}
