package io.dromedary.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.RunningGateway;
import io.dromedary.packaged.PackagedGateway;

/**
 * The packaged gateway under a steady load with faults, for {@code dromedary.soak.seconds}, with clients among it that
 * do harm: what it holds stays flat, each request is accounted for, and who asks properly is answered. With
 * {@code dromedary.soak.result}, writes the figures to that file.
 */
@Tag("long")
class SoakIT {

    private static final int SAMPLES = 24;
    private static final int CLIENTS = 12;
    private static final long MIB = 1024 * 1024;
    private static final int HONEST = 4;
    /** So many requests are answered before the attacks begin: a JVM that has just started is slow by itself. */
    private static final int WARM = 100;
    private static final Pattern ACCESS =
            Pattern.compile("dromedary.access - ((?:soak|honest|attack)-\\d+) .* status=(\\d+)( |$)");
    /** The clocks of clients are short, so that those who use them up are seen many times. */
    private static final String FLAGS = "-Xmx160m -XX:+UseG1GC -XX:NativeMemoryTracking=summary "
            + "-Dgateway.timeout.first-token=1000 -Dgateway.timeout.response=1000 -Dgateway.timeout.write=1500 "
            + "-Dgateway.server.body-timeout=2000";

    @TempDir
    private Path folder;

    @Test
    @Timeout(3600)
    void whatTheGatewayHoldsStaysFlatAndEachRequestIsAccountedForWhateverUpstreamsDo() throws Exception {
        long seconds = Long.getLong("dromedary.soak.seconds", 120);
        List<ProcessVitals.Vitals> vitals = new ArrayList<>();
        Map<String, Integer> told;
        Map<String, Integer> honest;
        Map<String, Integer> attacks;
        Map<String, Integer> logged;
        Sums sums;
        int sent;
        int brokenOff;
        try (FakeUpstream local = FaultyUpstream.start(20); FakeUpstream cloud = FaultyUpstream.start(4);
                FakeUpstream steady = SteadyUpstream.start(); FakeUpstream hostile = HostileUpstream.start()) {
            Path config = Files.writeString(folder.resolve("c.yaml"), config(local, cloud, steady, hostile));
            int port = PackagedGateway.freePort();
            try (PackagedGateway gateway = PackagedGateway.run(folder, Map.of("LITELLM_MASTER_KEY", RunningGateway.KEY,
                    "JAVA_OPTS", FLAGS),
                    "-c", config.toString(), "--host", "127.0.0.1", "--port", String.valueOf(port))
                    .awaitOutput("Listening")) {
                SoakClients clients = new SoakClients(port, CLIENTS);
                HonestClients honestClients = new HonestClients(port, HONEST, WARM);
                Awaitility.await().atMost(Duration.ofSeconds(120)).until(() -> honestClients.outcomes().size() > WARM);
                Attackers attackers = new Attackers(port);
                try (clients; honestClients; attackers; ProcessVitals process = new ProcessVitals(gateway.pid())) {
                    long begin = System.nanoTime();
                    for (int i = 1; i <= SAMPLES; i++) {
                        long at = begin + TimeUnit.SECONDS.toNanos(seconds) / SAMPLES * i;
                        LockSupport.parkNanos(at - System.nanoTime());
                        vitals.add(process.read());
                    }
                }
                sums = Sums.of(port);
                gateway.terminate();
                assertEquals(0, gateway.awaitExit());
                Files.writeString(Path.of("target/soak.log"), gateway.output());
                assertEquals(List.of(), honestClients.broken(), "the gateway's log is target/soak.log");
                assertEquals(List.of(), clients.broken());
                told = clients.outcomes();
                honest = honestClients.outcomes();
                attacks = attackers.answered();
                sent = attackers.sent();
                brokenOff = attackers.brokenOff();
                logged = logged(gateway.output());
                sums.assertAgreeWith(gateway.output());
                assertNothingForged(gateway.output());
                assertTrue(hostile.posts().size() > 0, "the hostile upstream was asked");
            }
        }
        String report = report(seconds, vitals, told)
                + "\nOf " + honest.size() + " honest requests beside, each was answered. Attacks: " + sent
                + " requests, " + brokenOff + " rounds broken off, answers by status: " + byStatus(attacks) + "\n";
        System.out.print(report);
        if (System.getProperty("dromedary.soak.result") != null) {
            Files.writeString(Path.of(System.getProperty("dromedary.soak.result")), report);
        }
        assertAccounted("soak", told, logged);
        assertAccounted("honest", honest, logged);
        attacks.forEach((id, status) -> assertEquals(status, logged.get(id), id));
        assertTrue(Set.of(400, 401, 403, 404, 408).stream().allMatch(attacks::containsValue), "the attacks arrived");
        assertFlat("heap", vitals, ProcessVitals.Vitals::heap, 8 * MIB);
        assertFlat("direct memory", vitals, ProcessVitals.Vitals::direct, 8 * MIB);
        assertFlat("threads", vitals, ProcessVitals.Vitals::threads, 12);
        assertFlat("files", vitals, ProcessVitals.Vitals::files, 40);
        assertTrue(told.values().stream().distinct().count() >= 5,
                "the faults reached clients: " + told.values().stream().distinct().toList());
    }

    /**
     * The usual model list, one model whose upstream has no fault, under its name and behind a wildcard, and one whose
     * upstream is hostile.
     */
    private static String config(FakeUpstream local, FakeUpstream cloud, FakeUpstream steady, FakeUpstream hostile) {
        return RunningGateway.localAndCloud(local, cloud).replace("num_retries: 0", "num_retries: 1")
                .replace("litellm_settings:", """
                  - model_name: steady
                    litellm_params: {model: openai/%s, api_base: '%s', timeout: 20, stream_timeout: 20}
                  - model_name: any/*
                    litellm_params: {model: openai/*, api_base: '%s', timeout: 20, stream_timeout: 20}
                  - model_name: hostile
                    litellm_params: {model: openai/hostile, api_base: '%s', timeout: 20, stream_timeout: 20}
                litellm_settings:""".formatted(SteadyUpstream.MODEL, steady.baseUrl(), steady.baseUrl(),
                hostile.baseUrl()))
                + "router_settings: {hedge_after_ms: {local: 300}}\n";
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

    /** No line was begun by a client, and no character moves a terminal's cursor. */
    private static void assertNothingForged(String output) {
        assertEquals(List.of(), output.lines().filter(line -> line.startsWith(ContentAttacks.FORGED)
                || line.chars().anyMatch(c -> Character.isISOControl(c) && c != '\t' || c == 0x2028)).toList());
        assertTrue(output.contains(ContentAttacks.FORGED), "they tried");
    }

    /** One line of log a request, with the status that its client saw; who leaves may find its answer whole already. */
    private static void assertAccounted(String who, Map<String, Integer> told, Map<String, Integer> logged) {
        assertEquals(told.size(), logged.keySet().stream().filter(id -> id.startsWith(who)).count());
        told.forEach((id, status) -> assertTrue(status.equals(logged.get(id))
                || status == SoakClients.LEFT && logged.get(id) == 200,
                id + " saw " + status + ", the log says " + logged.get(id)));
    }

    /**
     * After the first third, the later half of the samples is not above the earlier one, but for a tenth and
     * {@code slack}. Of each half its lower quarter counts: a large answer that is in flight is no growth.
     */
    private static void assertFlat(String what, List<ProcessVitals.Vitals> vitals,
            ToLongFunction<ProcessVitals.Vitals> of, long slack) {
        List<Long> warm = vitals.subList(vitals.size() / 3, vitals.size()).stream().map(of::applyAsLong).toList();
        long earlier = lowerQuarter(warm.subList(0, warm.size() / 2));
        long later = lowerQuarter(warm.subList(warm.size() / 2, warm.size()));
        assertTrue(later <= earlier * 1.1 + slack, what + " grew from " + earlier + " to " + later + ": " + warm);
    }

    private static long lowerQuarter(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 4);
    }

    private static Map<Integer, Long> byStatus(Map<String, Integer> requests) {
        return requests.values().stream().collect(Collectors.groupingBy(s -> s, TreeMap::new, Collectors.counting()));
    }

    private static String report(long seconds, List<ProcessVitals.Vitals> vitals, Map<String, Integer> told) {
        StringBuilder out = new StringBuilder("# Soak: " + seconds + " s, " + told.size() + " requests, Java "
                + Runtime.version().feature()
                + "\n\nRequests by status (499: the client left): " + byStatus(told)
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
