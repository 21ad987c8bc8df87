package io.dromedary.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands that look at files and serve nothing: their statuses and outputs are for programs too. */
@Timeout(120)
class CommandsIT {

    @TempDir
    private Path folder;

    @BeforeEach
    void shippedConfiguration() throws Exception {
        Files.copy(PackagedGateway.distribution().resolve("config/litellm_config.yaml"),
                folder.resolve("litellm_config.yaml"));
    }

    /** Its output; it must end with that status. */
    private String run(int status, String... arguments) throws Exception {
        try (PackagedGateway command = PackagedGateway.run(folder,
                Map.of("LITELLM_MASTER_KEY", "sk-secret-4711", "NANOGPT_API_KEY", "sk-nano-4711",
                "LOCAL_API_BASE", "http://127.0.0.1:1/v1"), arguments)) {
            int ended = command.awaitExit();
            String output = command.output();
            assertEquals(status, ended, output);
            assertTrue(!output.contains("4711"), "no key is told: " + output);
            return output;
        }
    }

    @Test
    void checkEndsWith0WhereNothingStopsTheStart() throws Exception {
        String output = run(0, "check");
        assertTrue(output.contains("starts: yes; 6 of 6 models served") && output.contains("no faults"), output);
    }

    @Test
    void checkEndsWith1AndTellsInJsonWhatIsWrongWhere() throws Exception {
        Files.writeString(folder.resolve("own.camel.yaml"),
                "- route: {id: own, from: {uri: 'timer:x', steps: [{to: {uri: 'direct:nowhere'}}]}}\n");
        JsonNode report = new ObjectMapper().readTree(run(1, "check", "own.camel.yaml", "--format", "json"));
        assertEquals(1, report.get("errors").asInt());
        JsonNode fault = null;
        for (JsonNode each : report.get("faults")) {
            fault = each.get("severity").asText().equals("error") ? each : fault;
        }
        assertEquals("own.camel.yaml:1:57 direct-consumed",
                fault.get("file").asText() + ":" + fault.get("line").asInt() + ":"
                + fault.get("column").asInt() + " " + fault.get("rule").asText());
        assertEquals("Add a route from direct:nowhere", fault.get("mend").asText());
    }

    @Test
    void checkEndsWith2WhereItIsCalledWrongly() throws Exception {
        run(2, "check", "--format", "xml");
    }

    @Test
    void explainTellsTheWayOfAModel() throws Exception {
        assertTrue(run(0, "explain", "qwen3.5-local", "--stream")
                .contains("2. openai/qwen/qwen3.5-35b-a3b at https://nano-gpt.com/api/v1"));
        assertTrue(run(1, "explain", "ghost").contains("No deployment serves ghost"));
    }

    @Test
    void importTellsWhatBecomesOfEachLine() throws Exception {
        String output = run(0, "import");
        assertTrue(output.contains("starts: yes; 6 of 6 models served"), output);
        Files.writeString(folder.resolve("theirs.yaml"),
                Files.readString(folder.resolve("litellm_config.yaml")) + "  allowed_ips: [10.0.0.1]\n");
        assertTrue(run(1, "import", "theirs.yaml").contains("stops         general_settings.allowed_ips: restricts"));
    }

    @Test
    void thePackageHasThePages() throws Exception {
        Path docs = PackagedGateway.distribution().resolve("docs");
        for (String page : List.of("edit-the-routes.md", "debug-the-routes.md", "migrate-from-litellm.md",
                "recipes/README.md")) {
            assertTrue(Files.isRegularFile(docs.resolve(page)), page);
        }
    }

    @Test
    void schemaAndPictureAreMade() throws Exception {
        assertTrue(new ObjectMapper().readTree(run(0, "schema")).path("properties").has("model_list"));
        assertTrue(new ObjectMapper().readTree(run(0, "schema", "--routes")).path("items").has("definitions"));
        assertTrue(run(0, "picture").startsWith("flowchart TD\n"));
    }
}
