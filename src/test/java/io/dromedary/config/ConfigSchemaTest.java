package io.dromedary.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import io.dromedary.findings.FilesRejected;

/** The schema that editors read says what the check says, since both are made from one list. */
class ConfigSchemaTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path SHIPPED = Path.of("schemas/litellm_config.schema.json");
    private static final Environment ENVIRONMENT = Environment.of(Map.of("LITELLM_MASTER_KEY", "sk-x"));

    @TempDir
    private Path folder;

    @Test
    void theShippedSchemaIsTheOneThatIsMade() throws IOException {
        assertEquals(JSON.readTree(JSON.writeValueAsBytes(ConfigSchema.make())), JSON.readTree(SHIPPED.toFile()),
                "renew it: target/dromedary/bin/dromedary schema > " + SHIPPED);
    }

    private static boolean valid(String yaml) throws IOException {
        JsonSchema schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
                .getSchema(JSON.readTree(SHIPPED.toFile()));
        return schema.validate(JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(yaml)))
                .isEmpty();
    }

    @Test
    void theShippedConfigurationsFitIt() throws IOException {
        for (String place : List.of("config", "demo", "bench")) {
            String file = place + "/litellm_config.yaml";
            assertTrue(valid(Files.readString(Path.of(file))), file);
        }
    }

    @Test
    void ourFileNamesItForEditors() throws IOException {
        String first = Files.readString(Path.of("config/litellm_config.yaml")).lines().findFirst().orElse("");
        assertEquals("# yaml-language-server: $schema=../" + SHIPPED, first);
    }

    @Test
    void everyKeyThatIsReadIsDescribedAndNoOther() {
        for (KnownKeys keys : KnownKeys.values()) {
            for (String name : keys.names()) {
                KnownKey key = keys.get(name);
                assertEquals(key.standing() == KnownKey.Standing.READ, !key.note().isEmpty(), keys.path(name));
            }
        }
    }

    /** A configuration with a value of the wrong form under one key, for each key whose form can be wrong. */
    static List<String> wrongValues() {
        List<String> wrong = new ArrayList<>();
        for (KnownKeys keys : List.of(KnownKeys.LITELLM_PARAMS, KnownKeys.LITELLM_SETTINGS, KnownKeys.ROUTER_SETTINGS,
                KnownKeys.GENERAL_SETTINGS)) {
            for (String name : keys.names()) {
                KnownKey key = keys.find(name).orElseThrow();
                if (key.standing() == KnownKey.Standing.READ && key.form() != KnownKey.Form.ANY
                        && !name.equals("model")) {
                    wrong.add(config(keys, name + ": " + (key.form() == KnownKey.Form.MAP ? "[x]" : "{x: y}")));
                }
                if (key.standing() == KnownKey.Standing.RESTRICTS) {
                    wrong.add(config(keys, name + ": anything"));
                }
            }
            if (keys != KnownKeys.LITELLM_PARAMS) {
                wrong.add(config(keys, "no_such_key_4711: 1"));
            }
        }
        return wrong;
    }

    private static String config(KnownKeys keys, String line) {
        String params = keys == KnownKeys.LITELLM_PARAMS ? ", " + line : "";
        String address = line.startsWith("api_base:") ? "" : ", api_base: 'http://127.0.0.1:1/v1'";
        return "model_list: [{model_name: m, litellm_params: {model: openai/m" + address + params + "}}]\n"
                + (keys == KnownKeys.LITELLM_PARAMS ? "" : keys.section() + ": {" + line + "}\n");
    }

    @ParameterizedTest
    @MethodSource("wrongValues")
    void whatTheCheckObjectsToTheEditorUnderlines(String yaml) throws IOException {
        assertFalse(valid(yaml), "the schema takes " + yaml);
        Path file = folder.resolve("litellm_config.yaml");
        Files.writeString(file, yaml);
        try {
            assertFalse(new ConfigReader(List.of(), false).read(file, ENVIRONMENT).warnings().isEmpty(),
                    "the check takes " + yaml);
        } catch (FilesRejected e) {
            assertFalse(e.faults().isEmpty());
        }
    }

    @Test
    void whatLiteLlmsUsersWriteFits() throws IOException {
        assertTrue(valid("""
                model_list:
                  - model_name: m
                    litellm_params: {model: openai/m, api_base: os.environ/BASE, api_key: os.environ/KEY, rpm: "60", \
                    timeout: os.environ/T, drop_params: "yes", top_k: 5}
                    model_info: {id: x, whatever: [1, 2]}
                litellm_settings:
                router_settings: {routing_strategy: least-busy, num_retries: 2, timeout: 30}
                general_settings: {master_key: sk-1234, database_url: x, block_robots: false}
                """));
    }
}
