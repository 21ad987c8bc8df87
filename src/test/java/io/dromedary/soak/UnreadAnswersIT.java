package io.dromedary.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.RunningGateway;
import io.dromedary.packaged.PackagedGateway;

/**
 * Twenty clients of the packaged gateway ask for an answer of 45 MiB each and do not read it: there is room for some of
 * them, the others are told at once that there is none, and memory outside of the heap stays small.
 */
@Tag("long")
class UnreadAnswersIT {

    private static final int CLIENTS = 20;
    private static final int BYTES = 45 * 1024 * 1024;
    private static final long MOST_DIRECT = 48L * 1024 * 1024;
    private static final Pattern STATUS = Pattern.compile("dromedary.access - .* status=(\\d+)( |$)");

    @TempDir
    private Path folder;

    @Test
    @Timeout(180)
    void eachIsAnsweredWholeOrToldAtOnceThatThereIsNoRoom() throws Exception {
        byte[] answer = ("{\"object\":\"list\",\"model\":\"m\",\"data\":[{\"object\":\"embedding\",\"index\":0,"
                + "\"embedding\":[0" + ",0.25".repeat(BYTES / 5) + "]}]}").getBytes();
        List<RawClient> clients = new ArrayList<>();
        try (FakeUpstream upstream = FakeUpstream.start().does((request, line) -> line.raw(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + answer.length + "\r\n\r\n")
                .raw(answer))) {
            Path config = Files.writeString(folder.resolve("c.yaml"),
                    RunningGateway.localAndCloud(upstream, upstream));
            int port = PackagedGateway.freePort();
            try (PackagedGateway gateway = PackagedGateway.run(folder, Map.of("LITELLM_MASTER_KEY", RunningGateway.KEY,
                    "JAVA_OPTS", "-Xmx384m -XX:+UseG1GC -XX:NativeMemoryTracking=summary"),
                    "-c", config.toString(), "--host", "127.0.0.1", "--port", String.valueOf(port))
                    .awaitOutput("Listening");
                    ProcessVitals process = new ProcessVitals(gateway.pid())) {
                long before = process.read().direct();
                for (int i = 0; i < CLIENTS; i++) {
                    RawClient client = RawClient.withSmallWindow(port);
                    clients.add(client);
                    client.post("/v1/embeddings", "{\"model\":\"embed\",\"input\":\"x\"}");
                }
                Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> statuses(gateway).size() > CLIENTS / 2);
                long direct = process.read().direct() - before;
                int whole = read(clients);
                System.out.println(whole + " of " + CLIENTS + " unread answers were sent whole; " + direct / 1024
                        + " KiB stood outside of the heap");
                assertTrue(direct < MOST_DIRECT, direct + " bytes outside of the heap");
                assertTrue(whole > 0, "there is room for one");
                Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> statuses(gateway).size() == CLIENTS);
                assertEquals(whole, statuses(gateway).stream().filter("200"::equals).count(), "the log says the same");
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    /** Reads all answers; how many were whole. */
    private static int read(List<RawClient> clients) throws IOException {
        int whole = 0;
        for (RawClient client : clients) {
            int bytes = client.readAnswer().length;
            assertTrue(bytes > BYTES || bytes < 1000, bytes + " bytes");
            whole += bytes > BYTES ? 1 : 0;
        }
        return whole;
    }

    private static List<String> statuses(PackagedGateway gateway) {
        return STATUS.matcher(gateway.output()).results().map(line -> line.group(1)).toList();
    }
}
