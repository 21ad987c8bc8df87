package io.dromedary.app.command;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import picocli.CommandLine;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RunningGateway;
import io.dromedary.settings.SettingFault;

/** {@code dromedary top} shows a gateway at work, to a person and to a pipe. */
@Timeout(60)
class TopCommandTest {

    private static final List<String> LOG_LEVELS = List.of("dromedary.log.level", "dromedary.log.libraries");

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Exception thrown;

    @AfterEach
    void logsAsBefore() {
        LOG_LEVELS.forEach(System::clearProperty);
    }

    private int top(String... arguments) {
        return new CommandLine(new TopCommand()).setOut(new PrintWriter(out)).setErr(new PrintWriter(err))
                .setExecutionExceptionHandler((exception, line, parsed) -> {
                    thrown = exception;
                    return 1;
                }).execute(arguments);
    }

    @Test
    void oneTableTellsWhoIsLeftAloneAndWhy() {
        RunningGateway gateway = fixture.gateway(RunningGateway.localAndCloud(local, cloud),
                Map.of("camel.resilience4j.waitDurationInOpenState", "600"));
        local.refuses();
        for (int i = 0; i < 4; i++) {
            gateway.post("/v1/chat/completions", RunningGateway.chat("local", false));
        }
        await().until(() -> gateway.get("/ui/api/state").body().contains("\"requests\":4,\"errors\":0"));
        assertEquals(0, top("--once", "--url", gateway.url("/"), "--key", RunningGateway.KEY));
        String table = out.toString();
        assertTrue(table.contains("15 min: 4 requests, 0 errors, 4 fallbacks"), table);
        assertTrue(table.lines().anyMatch(line -> line.matches("local +local-id +open +0 +3 +3 .*calls failed.*"
                + "tried again in \\d+ s")), table);
        assertTrue(table.lines().anyMatch(line -> line.matches("cloud +cloud-id +up .*")), table);
        assertTrue(table.contains("local-id is open: "), table);
        assertFalse(table.contains("\u001b"), "no terminal, no escapes: " + table);
        assertFalse(table.contains(RunningGateway.KEY), table);
    }

    @Test
    void aWrongKeyAndAClosedPortAreToldInWordsThatHelp() {
        RunningGateway gateway = fixture.gateway(RunningGateway.localAndCloud(local, cloud));
        assertEquals(1, top("--once", "--url", gateway.url(""), "--key", "sk-wrong"));
        assertTrue(thrown instanceof SettingFault && thrown.getMessage().contains("LITELLM_MASTER_KEY"),
                String.valueOf(thrown));
        local.refuses();
        assertEquals(1, top("--once", "--url", "http://127.0.0.1:" + local.port(), "--key", "k"));
        assertTrue(err.toString().contains("Nobody answers at http://127.0.0.1:" + local.port()), err.toString());
    }

    @Test
    void whatATerminalWouldObeyIsNotPrinted() throws Exception {
        JsonNode state = new ObjectMapper().readTree("""
                {"version": "1", "groups": [{"name": "g", "deployments": [{"id": "\\u001b[2J\\nd", "group": "g",
                "lamp": "up", "lastError": {"at": 0, "reason": "\\u009b31m\\u202e"}}]}]}
                """);
        TopTable.of(state).forEach(line -> assertTrue(line.chars().noneMatch(c ->
                Character.isISOControl(c) || c == 0x202e), line));
    }
}
