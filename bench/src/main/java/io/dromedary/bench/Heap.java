package io.dromedary.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The heap of another JVM, by jcmd. */
final class Heap {

    private Heap() {
    }

    /** What a full collection leaves, in MB of a million bytes. */
    static double liveMb(long pid) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("jcmd");
        Path jcmd = Gateway.java().resolveSibling("jcmd");
        try (Running running = Running.start(folder, "jcmd", Map.of(),
                List.of(jcmd.toString(), Long.toString(pid), "GC.class_histogram"))) {
            String total = running.await(60).lines().filter(line -> line.startsWith("Total")).findFirst().orElseThrow();
            return Long.parseLong(total.trim().split("\\s+")[2]) / 1e6;
        } finally {
            Files.deleteIfExists(folder.resolve("jcmd.txt"));
            Files.deleteIfExists(folder);
        }
    }
}
