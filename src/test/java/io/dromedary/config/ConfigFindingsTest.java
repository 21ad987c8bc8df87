package io.dromedary.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.findings.FilesRejected;
import io.dromedary.findings.Finding;
import io.dromedary.model.Deployment;

/**
 * The configuration is checked before it is used: each fault has file, line and key, and says what to write instead.
 */
class ConfigFindingsTest {

    private static final Environment ENVIRONMENT = Environment.of(Map.of("LITELLM_MASTER_KEY", "sk-secret-master",
            "NANOGPT_API_KEY", "sk-secret-nano", "LOCAL_API_BASE", "http://127.0.0.1:1/v1", "EMPTY", ""));
    private static final String MODEL = """
            model_list:
              - model_name: a
                litellm_params: {model: openai/up, api_base: 'http://127.0.0.1:1/v1'}
            """;
    private static final String KEY = "general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}\n";

    @TempDir
    private Path folder;

    private GatewayConfig read(String text, String... accepted) {
        return read(text, ENVIRONMENT, accepted);
    }

    private GatewayConfig read(String text, Environment environment, String... accepted) {
        try {
            Path file = Files.writeString(folder.resolve("litellm_config.yaml"), text);
            return new ConfigReader(List.of(accepted), false).read(file, environment);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> faults(String text) {
        FilesRejected rejected = assertThrows(FilesRejected.class, () -> read(text));
        List<String> faults = rejected.faults().stream().filter(Finding::stops).map(this::shown).toList();
        assertFalse(faults.toString().contains("sk-secret"), "no fault holds a key");
        return faults;
    }

    private String shown(Finding fault) {
        return fault.toString().replace(folder + "/", "");
    }

    private List<String> warnings(String text) {
        return read(text).warnings().stream().map(this::shown).toList();
    }

    private void assertOneFault(String expectedBeginning, String text) {
        List<String> faults = faults(text);
        assertEquals(1, faults.size(), faults.toString());
        assertTrue(faults.get(0).startsWith(expectedBeginning), faults.get(0));
    }

    @Test
    void theShippedConfigurationIsRead() throws IOException {
        GatewayConfig config =
                new ConfigReader(List.of(), false).read(Path.of("config/litellm_config.yaml"), ENVIRONMENT);
        assertEquals("[qwen3.5-local, qwen3.5, glm-5, minimax-m2.5, kimi-k2.5, qwen3-embedding]",
                config.catalogue().modelNames().toString());
        assertEquals(List.of("qwen3.5"), config.catalogue().fallbacksOf("qwen3.5-local"));
        assertEquals(List.of(), config.warnings(), "the shipped file checks clean");
        assertTrue(config.notes().toString().contains("allow_requests_on_db_unavailable is accepted and opens nothing"),
                config.notes().toString());
        assertFalse(config.toString().contains("sk-secret"), "a dump of it holds no key");
    }

    @Test
    void allFaultsAreToldAtOnce() {
        List<String> faults = faults("""
                model_list:
                  - model_name: a
                    litellm_params: {model: opnai/up, api_base: 'http://127.0.0.1:1/v1'}
                  - model_name: b
                    litellm_params: {model: openai/up, api_bose: x, timeout: soon}
                litellm_settings: {drop_params: perhaps, fallbacks: [{a: [c]}]}
                """);
        assertEquals(6, faults.size(), String.join("\n", faults));
        assertTrue(faults.stream()
                .anyMatch(f -> f.startsWith("litellm_config.yaml:3:22: model_list[].litellm_params.model: opnai is not")
                && f.contains("Did you mean openai/up?")), String.join("\n", faults));
        assertTrue(faults.stream()
                .anyMatch(f -> f.startsWith("litellm_config.yaml:5:40: model_list[].litellm_params.api_bose")
                && f.contains("Did you mean api_base?")), String.join("\n", faults));
        assertTrue(faults.stream()
                .anyMatch(f -> f.contains(":5:53: model_list[].litellm_params.timeout: has the wrong form")));
        assertTrue(faults.stream()
                .anyMatch(f -> f.contains(":6:20: litellm_settings.drop_params: has the wrong form")));
        assertTrue(faults.stream().anyMatch(f -> f.contains(":5:21: model_list[].litellm_params.api_key: is missing")));
        assertTrue(faults.stream()
                .anyMatch(f -> f.contains(":6:59: fallbacks.a: leads to c, which is not in model_list")));
    }

    @Test
    void withoutAMasterKeyNothingStarts() {
        FilesRejected rejected = assertThrows(FilesRejected.class, () -> read(MODEL, Environment.of(Map.of())));
        assertTrue(rejected.getMessage().contains("general_settings.master_key: is missing"), rejected.getMessage());
        assertEquals("sk-secret-master", read(MODEL).masterKey().reveal(), "the variable alone will do");
        assertOneFault("litellm_config.yaml:4:20: general_settings.master_key: takes its value from the environment "
                + "variable NOPE",
                MODEL + "general_settings: {master_key: os.environ/NOPE}\n");
        assertOneFault("litellm_config.yaml:4:20: general_settings.master_key: takes its value from the environment "
                + "variable EMPTY",
                MODEL + "general_settings: {master_key: os.environ/EMPTY}\n");
        assertOneFault("litellm_config.yaml:4:20: general_settings.master_key: is empty",
                MODEL + "general_settings: {master_key: ' '}\n");
    }

    @Test
    void aMissingVariableIsNamedWithItsLine() {
        assertOneFault("litellm_config.yaml:3:75: model_list[].litellm_params.api_key: takes its value from the "
                + "environment variable NOPE",
                MODEL.replace("/v1'}", "/v1', api_key: os.environ/NOPE}") + KEY);
    }

    @Test
    void aFallbackToAModelThatIsNotThereIsAFault() {
        assertOneFault("litellm_config.yaml:4:38: fallbacks.a: leads to b, which is not in model_list",
                MODEL + "litellm_settings: {fallbacks: [{a: [b]}]}\n".replace("[{a: [b]}]", "[ {a: [b]}]") + KEY);
        assertOneFault("litellm_config.yaml:4:39: default_fallbacks: leads to zz",
                MODEL + "router_settings: {default_fallbacks: [zz]}\n" + KEY);
        assertOneFault("litellm_config.yaml:4:39: router_settings.model_group_alias.x: leads to zz",
                MODEL + "router_settings: {model_group_alias: {x: zz}}\n" + KEY);
    }

    @Test
    void aHedgeOfAModelThatIsNotThereOrAfterNoTimeIsAFault() {
        assertOneFault("litellm_config.yaml:4:36: router_settings.hedge_after_ms.zz: is not in model_list",
                MODEL + "router_settings: {hedge_after_ms: {zz: 100}}\n" + KEY);
        assertOneFault("litellm_config.yaml:4:36: router_settings.hedge_after_ms.a: is not a time",
                MODEL + "router_settings: {hedge_after_ms: {a: 0}}\n" + KEY);
    }

    @Test
    void aDefaultModelThatIsNotThereIsAFault() {
        assertOneFault("litellm_config.yaml:4:20: general_settings.completion_model: names zz",
                MODEL + "general_settings: {completion_model: zz, master_key: k}\n");
    }

    @ParameterizedTest
    @CsvSource({"general_settings,allowed_ips,[1.2.3.4]", "general_settings,allowed_routes,[x]",
            "general_settings,custom_auth,x.y",
        "general_settings,enforced_params,[user]", "litellm_settings,max_user_budget,10",
        "litellm_settings,guardrails,[{a: b}]",
        "router_settings,enable_tag_filtering,true"})
    void aSettingThatRestrictsStopsTheStartUntilItIsAccepted(String section, String key, String value) {
        String text = section.equals("general_settings") ? MODEL + section + ": {master_key: k, " + key + ": " + value
                + "}\n"
                : MODEL + KEY + section + ": {" + key + ": " + value + "}\n";
        List<String> faults = faults(text);
        assertEquals(1, faults.size());
        assertTrue(faults.get(0).contains(section + "." + key + ": restricts") && faults.get(0)
                .contains("gateway.accept-unenforced"),
                faults.get(0));
        assertTrue(read(text, key).warnings().toString().contains("is not enforced"));
    }

    @Test
    void aRestrictingSettingOfADeploymentAndAGuardrailStopTheStartToo() {
        assertOneFault("litellm_config.yaml:3:", MODEL.replace("/v1'}", "/v1', default_api_key_rpm_limit: 5}") + KEY);
        assertOneFault("litellm_config.yaml:5:1: guardrails: restricts",
                MODEL + KEY + "guardrails: [{guardrail_name: x}]\n");
        assertOneFault("litellm_config.yaml:5:32: litellm_settings.callbacks: presidio restricts",
                MODEL + KEY + "litellm_settings: {callbacks: [presidio]}\n".replace("[presidio]", " [presidio]")
                .replace("  [", " ["));
    }

    @Test
    void anUnknownKeyIsAWarningWithTheNearestKnownOne() {
        assertEquals(List.of(
                "litellm_config.yaml:5:20: litellm_settings.drop_parms: unknown key, ignored. Did you mean "
                + "drop_params?",
                "litellm_config.yaml:6:1: modellist: unknown key, ignored. Did you mean model_list?").toString(),
                warnings(MODEL + KEY + "litellm_settings: {drop_parms: true}\nmodellist: []\n").stream()
                        .sorted().toList().toString());
    }

    @Test
    void aSettingOfLiteLlmsThatIsNotHereIsAWarningByName() {
        assertTrue(warnings(MODEL + KEY
                + "router_settings: {cache_responses: true, routing_strategy: least-busy}\n").toString()
                .contains("router_settings.cache_responses: the gateway does not have this setting"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"cache: maybe|litellm_settings.cache",
        "cache: true, cache_params: {ttl: soon}|litellm_settings.cache_params.ttl",
        "cache: true, cache_params: {ttl: -1}|litellm_settings.cache_params.ttl",
        "cache: true, cache_params: {mode: sometimes}|litellm_settings.cache_params.mode",
        "cache: true, cache_params: {share_between_keys: 2}|litellm_settings.cache_params.share_between_keys",
        "cache: true, cache_params: {supported_call_types: x}|litellm_settings.cache_params.supported_call_types",
        "cache: true, cache_params: []|litellm_settings.cache_params"})
    void aSettingOfTheCacheThatCannotBeReadStopsTheStart(String line, String key) {
        assertTrue(faults(MODEL + KEY + "litellm_settings: {" + line + "}\n").toString().contains(key + ": "),
                faults(MODEL + KEY + "litellm_settings: {" + line + "}\n").toString());
    }

    @Test
    void aPlaceForAnswersThatIsNotHereTurnsTheCacheOffAndIsTold() {
        String off = MODEL + KEY + "litellm_settings: {cache: true, cache_params: {type: s3, s3_bucket_name: b}}\n";
        assertTrue(warnings(off).toString().contains("s3 is no place where answers are kept here"));
        assertTrue(warnings(off).toString().contains("cache_params.s3_bucket_name: the gateway does not have"));
        assertTrue(read(off).cache().isEmpty());
        String redis = MODEL + KEY + "litellm_settings: {cache: true, cache_params: {type: redis%s}}\n";
        assertTrue(warnings(redis.formatted("")).toString().contains("nothing says where Redis is"));
        assertTrue(read(redis.formatted("")).cache().isEmpty());
        assertTrue(warnings(redis.formatted(", host: r, port: 6379, password: p, ssl: true")).isEmpty());
        assertTrue(read(redis.formatted(", host: r")).cache().isPresent());
        assertTrue(read(MODEL + KEY + "litellm_settings: {cache: true}\n").cache().isPresent());
        assertTrue(read(MODEL + KEY + "litellm_settings: {cache_params: {type: local}}\n").cache().isEmpty());
    }

    @Test
    void databaseSettingsAreNamedOnceAsIgnored() {
        GatewayConfig config = read(MODEL
                + "general_settings: {master_key: k, database_url: x, store_model_in_db: true, disable_spend_logs: "
                + "true}\n");
        assertTrue(config.warnings().isEmpty(), config.warnings().toString());
        assertEquals(List.of("Ignored, since they need LiteLLM's database: general_settings.database_url, "
                + "general_settings.store_model_in_db, general_settings.disable_spend_logs"), config.notes());
    }

    @Test
    void requestParametersOfADeploymentBecomeDefaultsAndAreListed() {
        GatewayConfig config = read(MODEL.replace("/v1'}",
                "/v1', temperature: 0.5, chat_template_kwargs: {a: [1, b]}, my_own_switch: true}") + KEY);
        Deployment deployment = config.catalogue().deployments().iterator().next();
        assertEquals(Map.of("temperature", "0.5", "chat_template_kwargs", "{\"a\":[1,\"b\"]}"),
                deployment.defaultParameters());
        assertTrue(config.notes().toString().contains("temperature, chat_template_kwargs"), config.notes().toString());
        assertTrue(config.warnings().toString().contains("my_own_switch: is neither a setting nor a request parameter "
                + "that is known, so it is not sent. To send it upstream as it is, put it under extra_body"),
                config.warnings().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"silent_model: x", "tags: [x]", "input_cost_per_pixel: 0.1", "max_retries: 4",
        "mock_response: hi", "api_version: x", "ssl_certificate: x", "region_name: eu", "base_model: x",
        "supports_vision: true", "max_file_size_mb: 5", "model_id: x", "request_timeout: 5", "rpm_limit: 5",
        "tpm_limit: 5", "context_window: 5", "azure_ad_token: x", "vertex_project: x",
        "merge_reasoning_content_in_choices: true"})
    void aKeyOfLiteLlmsNeverBecomesADefaultParameter(String entry) {
        GatewayConfig config = read(MODEL.replace("/v1'}", "/v1', " + entry + "}") + KEY);
        assertTrue(config.catalogue().deployments().iterator().next().defaultParameters().isEmpty());
        assertEquals(1, config.warnings().size());
    }

    @Test
    void aKeyStandsOnce() {
        assertOneFault("litellm_config.yaml:6:1: litellm_settings: stands twice, first in line 5",
                MODEL + KEY + "litellm_settings: {}\nlitellm_settings: {}\n");
        assertOneFault("litellm_config.yaml:3:", MODEL.replace("/v1'}", "/v1', model: openai/x}") + KEY);
    }

    @Test
    void whatIsNoYamlIsToldWithItsLine() {
        assertOneFault("litellm_config.yaml:5:", MODEL + KEY + "litellm_settings: [\n".replace("[", "{a: ]"));
    }

    @Test
    void aStrayCharacterAndAnAnchorThatHoldsItselfAreFaults() {
        assertTrue(faults("model_list: [\u0007]\n").get(0).startsWith("litellm_config.yaml:"));
        assertTrue(faults(MODEL + KEY + "litellm_settings: &a {b: *a}\n").get(0).contains("YAML"));
    }

    @Test
    void anEmptyFileAndAMissingOneAreFaults() {
        assertOneFault("litellm_config.yaml:1:1: file: is empty", "# nothing\n");
        FilesRejected missing = assertThrows(FilesRejected.class,
                () -> new ConfigReader(List.of(), false).read(folder.resolve("nope.yaml"), ENVIRONMENT));
        assertTrue(missing.getMessage().contains("nope.yaml cannot be read"), missing.getMessage());
    }

    @Test
    void includedFilesAddTheirModelsAndAMissingOneIsNamed() throws IOException {
        Files.writeString(folder.resolve("more.yaml"), """
                model_list:
                  - {model_name: more, litellm_params: {model: openai/up, api_base: 'http://127.0.0.1:1/v1'}}
                include: [never.yaml]
                """);
        GatewayConfig config = read(MODEL + KEY + "include: [more.yaml]\n");
        assertEquals("[a, more]", config.catalogue().modelNames().toString());
        assertOneFault("litellm_config.yaml:5:11: include: nope.yaml is not there",
                MODEL + KEY + "include: [nope.yaml]\n");
    }

    /** Keys of all forms, pasted where the name of a variable, or a text, was meant to stand. */
    @ParameterizedTest
    @ValueSource(strings = {"sk-proj-0aB1cD2eF3", "gsk_aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5bC7dE9fG1hJ3",
        "hf_aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgH", "0af19b7c3d2e4f5061728394a5b6c7d8", "sk_live_mykey",
        "F0AF19B7C3D2E4F5061728394A5B6C7D", "AIzaSyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q", "hunter2", "A1B2C3D4E5"})
    void aPastedKeyIsNotRepeated(String pasted) {
        for (String written : List.of("os.environ/" + pasted, "${" + pasted + "}", "$" + pasted)) {
            String text = """
                    model_list:
                      - model_name: a
                        litellm_params: {model: openai/up, api_base: 'http://127.0.0.1:1/v1', api_key: '%1$s'}
                      - model_name: b
                        litellm_params: {model: openai/x, api_base: '%1$s', api_key: '%1$s', timeout: '%1$s'}
                      - model_name: c
                        litellm_params:
                          model: azure/b
                          api_base: 'http://127.0.0.1:1'
                          azure_ad_token: '%1$s'
                          organization: '%1$s'
                          extra_headers: {x-key: '%1$s'}
                          rpm: '%1$s'
                          drop_params: '%1$s'
                      - model_name: d
                        litellm_params: {model: groq/x, api_key: '%1$s', temperature: '%1$s'}
                    environment_variables: {ONE: '%1$s'}
                    router_settings: {timeout: '%1$s', num_retries: '%1$s'}
                    general_settings: {master_key: '%1$s', max_request_size_mb: '%1$s'}
                    """.formatted(written);
            FilesRejected rejected = assertThrows(FilesRejected.class, () -> read(text));
            String told = rejected.faults() + rejected.getMessage();
            assertFalse(told.contains(pasted), told);
            assertTrue(!written.startsWith("os") || told.contains("litellm_config.yaml:3:"), told);
        }
        String alias = MODEL + "general_settings: {master_key: *" + pasted + "}\n";
        FilesRejected rejected = assertThrows(FilesRejected.class, () -> read(alias));
        assertFalse(rejected.getMessage().contains(pasted), rejected.getMessage());
    }

    @Test
    void anEntryThatIsLeftOutForAPastedKeyDoesNotRepeatItEither() {
        GatewayConfig config = read(MODEL + """
                  - model_name: b
                    litellm_params: {model: openai/up, api_base: 'http://127.0.0.1:1/v1', api_key: os.environ/sk-mine}
                """ + KEY);
        String told = config.unserved().entries() + config.warnings().toString();
        assertFalse(told.contains("sk-mine"), told);
        assertTrue(told.contains("not repeated, it may be a key"), told);
    }

    @Test
    void variablesOfTheFileComeBeforeThoseOfTheEnvironment() {
        GatewayConfig config =
                read(MODEL + "environment_variables: {MY_KEY: sk-mine, ALIAS: os.environ/NANOGPT_API_KEY}\n"
                + "general_settings: {master_key: os.environ/MY_KEY}\n");
        assertEquals("sk-mine", config.masterKey().reveal());
    }

    @Test
    void aShellVariableAmongThoseOfTheFileNeverBecomesTheKey() {
        String written = "environment_variables: {LITELLM_MASTER_KEY: '%s'}\n" + KEY;
        for (String literal : List.of("${LITELLM_MASTER_KEY}", "${LITELLM_MASTER_KEY:-sk-1}", "$LITELLM_MASTER_KEY")) {
            assertOneFault("litellm_config.yaml:4:25: environment_variables.LITELLM_MASTER_KEY: holds a shell variable",
                    MODEL + written.formatted(literal));
        }
        GatewayConfig mended = read(MODEL + written.formatted("os.environ/LITELLM_MASTER_KEY"));
        assertEquals("sk-secret-master", mended.masterKey().reveal());
    }

    @Test
    void aVariableOfTheFileThatIsNoTextLeavesTheEnvironmentsOwn() {
        String text = MODEL + "environment_variables: {LITELLM_MASTER_KEY: {about: the key}}\n" + KEY;
        assertEquals("sk-secret-master", read(text).masterKey().reveal());
        assertTrue(warnings(text).get(0).contains("environment_variables.LITELLM_MASTER_KEY: is no text, ignored"),
                warnings(text).toString());
    }

    @ParameterizedTest
    @CsvSource({"litellm_settings,cooldown_time: 5,Move it to router_settings",
        "general_settings,request_timeout: 5,Move it to litellm_settings",
        "router_settings,drop_params: true,Move it to litellm_settings",
        "litellm_settings,completion_model: a,Move it to general_settings"})
    void aSettingInTheWrongSectionIsToldOneThatReadsItForAllModels(String section, String line, String mend) {
        assertTrue(warnings(inSection(section, line)).toString().contains(mend),
                warnings(inSection(section, line)).toString());
    }

    @ParameterizedTest
    @CsvSource({"general_settings,telemetry: true", "litellm_settings,store_model_in_db: true",
        "router_settings,alerting: x"})
    void aSettingThatNoSectionReadsIsNotToldToMove(String section, String line) {
        String told = warnings(inSection(section, line)).toString();
        assertTrue(told.contains("is a key of ") && told.contains(", ignored") && !told.contains("Move it"), told);
    }

    private static String inSection(String section, String line) {
        return MODEL + (section.equals("general_settings")
                ? "general_settings: {master_key: os.environ/LITELLM_MASTER_KEY, " + line + "}\n"
                : KEY + section + ": {" + line + "}\n");
    }

    @Test
    void aProvidersKeyVariableIsUsedForItsOwnAddressOnly() {
        GatewayConfig own = read("model_list:\n  - {model_name: a, litellm_params: {model: nano-gpt/x}}\n" + KEY);
        Deployment cloud = own.catalogue().deployments().iterator().next();
        assertEquals("https://nano-gpt.com/api/v1", cloud.baseUrl());
        assertEquals("sk-secret-nano", cloud.apiKey().reveal());
        GatewayConfig other = read("model_list:\n  - {model_name: a, litellm_params: "
                + "{model: nano-gpt/x, api_base: 'http://127.0.0.1:1/v1'}}\n" + KEY);
        assertEquals(null, other.catalogue().deployments().iterator().next().apiKey());
        assertOneFault("litellm_config.yaml:2:",
                "model_list:\n  - {model_name: a, litellm_params: {model: groq/x}}\n" + KEY);
    }

    @Test
    void onlyTheFirstSegmentOfAModelIsItsProvider() {
        GatewayConfig config = read(MODEL.replace("openai/up", "openai/qwen/qwen3.5") + KEY);
        assertEquals("qwen/qwen3.5", config.catalogue().deployments().iterator().next().upstreamModel());
    }

    @ParameterizedTest
    @CsvSource({"up,names no provider", "qwen/qwen3,is not a provider", "nobody/x,is not a provider"})
    void aModelWithoutAProviderThatCanBeServedIsAFault(String model, String problem) {
        List<String> faults = faults(MODEL.replace("openai/up", model) + KEY);
        assertTrue(faults.get(0).contains(problem) && faults.get(0).contains("openai/" + model), faults.get(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"not a url", "ftp://x/v1", "127.0.0.1:8080", "http://"})
    void anAddressThatIsNoneIsAFault(String address) {
        assertOneFault("litellm_config.yaml:3:", MODEL.replace("http://127.0.0.1:1/v1", address) + KEY);
    }

    @Test
    void anIdStandsOnce() {
        assertOneFault("litellm_config.yaml:5:5: model_list[].model_info.id: is the same as that of the entry in line "
                + "2", """
                model_list:
                  - {model_name: a, litellm_params: {model: openai/up, api_base: 'http://x/v1'}, model_info: {id: same}}
                  - {model_name: b, litellm_params: {model: openai/up, api_base: 'http://x/v1'}, model_info: {id: \
                  other}}
                  # a comment
                  - {model_name: c, litellm_params: {model: openai/up, api_base: 'http://x/v1'}, model_info: {id: same}}
                """ + KEY);
    }

    @Test
    void anIdIsTheSameOnEveryStartAndDoesNotChangeWithTheKey() {
        String text = MODEL.replace("/v1'}", "/v1', api_key: os.environ/NANOGPT_API_KEY}") + KEY;
        String first = read(text).catalogue().deployments().iterator().next().id();
        Environment other = Environment.of(Map.of("LITELLM_MASTER_KEY", "k", "NANOGPT_API_KEY", "sk-new"));
        assertEquals(first, read(text, other).catalogue().deployments().iterator().next().id());
        assertFalse(first.equals(read(text.replace("openai/up", "openai/other")).catalogue().deployments().iterator()
                .next().id()));
    }

    @Test
    void anchorsAndMergeKeysWork() {
        GatewayConfig config = read("""
                model_list:
                  - model_name: a
                    litellm_params: &cloud {model: openai/one, api_base: 'http://127.0.0.1:1/v1', temperature: 1}
                  - model_name: b
                    litellm_params: {<<: *cloud, model: openai/two}
                """ + KEY);
        Deployment second = List.copyOf(config.catalogue().deployments()).get(1);
        assertEquals("two", second.upstreamModel());
        assertEquals(Map.of("temperature", "1"), second.defaultParameters());
    }
}
