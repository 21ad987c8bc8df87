package io.dromedary.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Plain load by wrk, with what it cost each process. */
public final class Wrk {

    private Wrk() {
    }

    /**
     * What one run has shown.
     *
     * @param requests   answered in a second
     * @param p50        of the latency, in microseconds
     * @param p99        of the latency, in microseconds
     * @param cpu        of the target, in microseconds a request
     * @param targetCores how many cores the target kept busy
     * @param mockCores  how many cores the mock kept busy
     * @param wrkCores   how many cores wrk kept busy
     * @param otherCores how many cores were busy with anything else
     */
    public record Result(double requests, double p50, double p99, double cpu, double targetCores, double mockCores,
            double wrkCores, double otherCores) {
    }

    /** Sends {@code body} as a chat completion again and again. */
    public static Result run(Rig rig, Target target, String body, int connections, int seconds)
            throws IOException, InterruptedException {
        return run(rig, target, "/v1/chat/completions", body, connections, seconds);
    }

    /**
     * Sends {@code body} to {@code path} again and again.
     *
     * @throws IllegalStateException if a single answer is none of 200
     */
    public static Result run(Rig rig, Target target, String path, String body, int connections, int seconds)
            throws IOException, InterruptedException {
        Path file = Files.writeString(rig.folder().resolve("body.json"), body);
        double cpu = Account.cpuMicros(target.pid());
        double mock = Account.cpuMicros(rig.direct().pid());
        double children = Account.endedChildrenCpuMicros();
        double machine = Account.machineCpuMicros();
        String output;
        try (Running wrk =
                Running.start(rig.folder(), "wrk", Map.of("BENCH_BODY", file.toString(), "BENCH_KEY", Rig.KEY,
                "BENCH_HEADERS", String.join("\n", target.headers())),
                List.of("wrk", "-t1", "-c" + connections, "-d" + seconds + "s", "--latency", "--timeout", "10s",
                        "-s", rig.bench().resolve("post.lua").toString(),
                        "http://127.0.0.1:" + target.port() + path))) {
            output = wrk.await(seconds + 30);
        }
        cpu = Account.cpuMicros(target.pid()) - cpu;
        mock = Account.cpuMicros(rig.direct().pid()) - mock;
        children = Account.endedChildrenCpuMicros() - children;
        machine = Account.machineCpuMicros() - machine;
        double known = children + mock + (target.pid() == rig.direct().pid() ? 0 : cpu);
        String line = output.lines().filter(text -> text.startsWith("bench ")).findFirst().orElseThrow();
        double requests = number(line, "requests");
        double micros = number(line, "duration");
        if (number(line, "errors") > 0 || requests == 0) {
            throw new IllegalStateException(target.name() + " did not answer everything: " + output);
        }
        return new Result(requests / micros * 1e6, number(line, "p50"), number(line, "p99"), cpu / requests,
                cpu / micros,
                mock / micros, children / micros, Math.max(0, machine - known) / micros);
    }

    private static double number(String line, String key) {
        String value = line.substring(line.indexOf(key + "=") + key.length() + 1);
        return Double.parseDouble(value.split(" ")[0]);
    }
}
