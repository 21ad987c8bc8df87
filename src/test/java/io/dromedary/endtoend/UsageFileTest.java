package io.dromedary.endtoend;

import static io.dromedary.harness.RunningGateway.chat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.LogLines;
import io.dromedary.harness.RunningGateway;
import io.dromedary.settings.SettingFault;

/** Totals outlive a restart, whatever has happened to the file that keeps them. */
class UsageFileTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();

    @TempDir
    private Path folder;

    private FakeUpstream upstream;

    @BeforeEach
    void start() {
        upstream = fixture.upstream();
    }

    private String config() {
        return RunningGateway.single(upstream).replace("'}\n    model_info: {id: only-id}",
                "', input_cost_per_token: 0.1, output_cost_per_token: 0.2}\n    model_info: {id: only-id}");
    }

    private JsonNode runOnce(Path file, int requests) throws IOException {
        try (RunningGateway gateway = RunningGateway.with(config(),
                Map.of("gateway.usage.file", file.toString()))) {
            for (int i = 0; i < requests; i++) {
                assertEquals(200, gateway.post("/v1/chat/completions", chat("only", false)).statusCode());
            }
            return new ObjectMapper().readTree(gateway.get("/usage").body());
        }
    }

    private static int requests(JsonNode report, String period) {
        return report.path(period).path("total").path("requests").asInt();
    }

    @Test
    void totalsOutliveARestart() throws IOException {
        Path file = folder.resolve("usage.jsonl");
        runOnce(file, 2);
        runOnce(file, 1);
        JsonNode third = runOnce(file, 0);
        assertEquals(List.of(0, 3), List.of(requests(third, "since_start"), requests(third, "all")));
        assertEquals("0.9", third.path("all").path("total").path("cost").asText());
        assertEquals(2, Files.readAllLines(file).size());
    }

    @Test
    void aTornLastLineIsLeftOutWithAWarningAndSpoilsNoLaterOne() throws IOException {
        Path file = folder.resolve("usage.jsonl");
        runOnce(file, 2);
        String line = Files.readString(file);
        Files.writeString(file, line.substring(0, line.length() / 2), StandardOpenOption.APPEND);
        try (LogLines log = LogLines.collect()) {
            assertEquals(2, requests(runOnce(file, 0), "all"));
            assertTrue(log.lines().toString().contains("1 lines that are no totals of an hour, the first in line 2"),
                    log.lines().toString());
        }
        runOnce(file, 1);
        assertEquals(3, requests(runOnce(file, 0), "all"));
    }

    @Test
    void nonsenseInTheFileIsLeftOut() throws IOException {
        Path file = folder.resolve("usage.jsonl");
        runOnce(file, 1);
        String good = Files.readString(file);
        Files.writeString(file, "x".repeat(100_000) + "\n{}\n[[[[\n" + good.replace("\"cost\":\"", "\"cost\":\"9e9")
                + good.replaceFirst("\"requests\":1", "\"requests\":-1") + "\n" + good);
        assertEquals(1, requests(runOnce(file, 0), "all"));
    }

    @Test
    void aFileThatCannotBeWrittenStopsTheStartAndNamesTheSetting() {
        SettingFault fault = assertThrows(SettingFault.class,
                () -> runOnce(folder.resolve("none").resolve("usage.jsonl"), 0));
        assertTrue(fault.getMessage().contains("gateway.usage.file"), fault.getMessage());
    }
}
