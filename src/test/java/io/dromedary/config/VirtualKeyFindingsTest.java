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

import io.dromedary.findings.FilesRejected;
import io.dromedary.findings.Finding;
import io.dromedary.key.KeyHash;
import io.dromedary.key.VirtualKey;

/** What is wrong with an entry of {@code virtual_keys} is told with its file, line and key, and with what to write. */
class VirtualKeyFindingsTest {

    private static final String KEY = "sk-secret-0123456789abcdef";
    private static final String CONFIG = """
            model_list:
              - model_name: a
                litellm_params: {model: openai/up, api_base: 'http://127.0.0.1:1/v1', input_cost_per_token: 0.1}
                model_info: {access_groups: [beta], id: id-a}
              - model_name: b
                litellm_params: {model: openai/other, api_base: 'http://127.0.0.1:1/v1'}
            router_settings: {model_group_alias: {also-a: a}}
            general_settings: {master_key: sk-secret-master-0123456, master_key_may_call: false}
            virtual_keys:
            """;

    @TempDir
    private Path folder;

    private GatewayConfig read(String text) {
        try {
            Path file = Files.writeString(folder.resolve("c.yaml"), text);
            return new ConfigReader(List.of(), false).read(file, Environment.of(Map.of("APP", KEY, "HEX",
                    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "WEAK", "sk-1234",
                    "FLAT", "sk-aaaaaaaaaaaaaaaaaaaaaaa")));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String shown(Finding fault) {
        String text = fault.toString().replace(folder + "/", "");
        assertFalse(text.contains("sk-secret"), "no fault holds a key");
        return text;
    }

    private GatewayConfig readEntry(String entry) {
        return read(CONFIG + "  - " + entry.replace("{KEY, ", "{key_alias: x, key: os.environ/APP, ") + "\n");
    }

    /** {@code COLUMN FIELD: WORDS}, as it is told. */
    private static void assertTold(String expected, String told) {
        String[] parts = expected.split(" ", 2);
        String begins = "c.yaml:10:" + parts[0] + ": " + (parts[1].startsWith("virtual_keys") ? "" : "virtual_keys[].")
                + parts[1];
        assertTrue(told.startsWith(begins), told);
    }

    private String fault(String entry) {
        FilesRejected rejected = assertThrows(FilesRejected.class, () -> readEntry(entry));
        List<Finding> stops = rejected.faults().stream().filter(Finding::stops).toList();
        assertEquals(1, stops.size(), stops.toString());
        return shown(stops.get(0));
    }

    private List<String> warnings(String entry) {
        return readEntry(entry).warnings().stream().map(this::shown).toList();
    }

    private VirtualKey key(String entry) {
        return readEntry(entry).access().keys().get(0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {key: os.environ/APP} | 5 key_alias: is missing. Write a name
            {key_alias: "a\\tb", key: os.environ/APP} | 6 key_alias: is no name
            {key_alias: "a\\u202Eb", key: os.environ/APP} | 6 key_alias: is no name
            {key_alias: master, key: os.environ/APP} | 6 key_alias: is a name that the master
            {key_alias: None, key: os.environ/APP} | 6 key_alias: is a name that the master
            {key_alias: x} | 5 key: is missing. Write key: os.environ/NAME or key: sha256:
            {key_alias: x, key: []} | 5 key: is missing
            {key_alias: x, key: {a: b}} | 25 key: is no text
            {key_alias: x, key_hash: abc} | 30 key_hash: is no SHA-256
            {key_alias: x, key: sk-secret-master-0123456} | 25 key: is the key that master has
            {key_alias: x, key: "sk-\\u00e4\\u00e4"} | 25 key: is empty or holds a character
            {KEY, models: a} | 41 models: has the wrong form
            {KEY, models: [c]} | 41 models: of x names c, which
            {KEY, models: ["q*"]} | 41 models: of x names q*
            {KEY, aliases: {f: c}} | 41 aliases: of x names c
            {KEY, aliases: {f: [a]}} | 51 aliases: holds a name
            {KEY, model_rpm_limit: {id-a: 1}} | 41 model_rpm_limit: of x names id-a, which is the name of no
            {KEY, model_tpm_limit: {"a*": 1}} | 41 model_tpm_limit: of x names a*
            {KEY, rpm_limit: 0} | 41 rpm_limit: is 0, which would
            {KEY, rpm_limit: -1} | 41 rpm_limit: is no number of 0
            {KEY, tpm_limit: 1.5} | 41 tpm_limit: has the wrong
            {KEY, max_budget: 5} | 41 max_budget: of x cannot be held: there is no price for b. Write
            {KEY, soft_budget: 5} | 41 soft_budget: of x cannot be held
            {KEY, models: [a], max_budget: -5} | 54 max_budget: is no amount
            {KEY, models: [a], max_budget: 1e99} | 54 max_budget: is no amount
            {KEY, models: [a], max_budget: 5, budget_duration: soon} | 69 budget_duration: is no time
            {KEY, model_max_budget: {b: {budget_limit: 1}}} | 41 model_max_budget: of x cannot be held
            {KEY, expires: soon} | 41 expires: is no time
            {KEY, allowed_routes: [management_routes]} | 41 allowed_routes: names management_routes, which is no path
            {KEY, metadata: web} | 41 metadata: has the wrong form
            {KEY, guardrails: [pii]} | 41 guardrails: restricts access
            just text | 5 virtual_keys: has an item that is no map
            """)
    void aFaultStopsTheStart(String entry, String expected) {
        assertTold(expected, fault(entry));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {key_alias: x, key: os.environ/GONE} | 25 key: of x takes its value from the environment variable GONE
            {key_alias: x, key: os.environ/WEAK} | 25 key: may be guessed
            {key_alias: x, key: os.environ/FLAT} | 25 key: may be guessed
            {key_alias: x, key: sk-secret-0123456789abcdef} | 25 key: of x stands in the file
            {KEY, models: []} | 41 models: is empty
            {KEY, models: [all-team-models]} | 41 models: has all-team-models
            {KEY, expires: 2020-01-31} | 41 expires: of x has passed
            {KEY, duration: 30d} | 41 duration: the gateway does not
            {KEY, rpm_limits: 3} | 41 rpm_limits: unknown key, ignored. Did you mean rpm_limit?
            """)
    void aDoubtIsTold(String entry, String expected) {
        List<String> told = warnings(entry);
        assertEquals(1, told.size(), told.toString());
        assertTold(expected, told.get(0));
    }

    @Test
    void aGoodEntryIsToldNothingOf() {
        assertEquals(List.of(), warnings("{key_alias: 'shop 1', key: [os.environ/APP, 'sha256:" + "1".repeat(64)
                + "'], models: [beta, 'a*', also-a], rpm_limit: 60, max_budget: 20, budget_duration: 30d, expires: "
                + "2099-01-31, allowed_routes: [llm_api_routes], metadata: {team: web}, "
                + "model_rpm_limit: {also-a: 1}}"));
    }

    @Test
    void twoKeysHaveNeitherOneNameNorOneValueInWhateverFile() throws IOException {
        Files.writeString(folder.resolve("more.yaml"), """
                virtual_keys:
                  - {key_alias: x, key: 'sha256:%s'}
                  - {key_alias: y, key: os.environ/APP}
                """.formatted("1".repeat(64)));
        FilesRejected rejected = assertThrows(FilesRejected.class, () -> read("include: [more.yaml]\n" + CONFIG
                + "  - {key_alias: x, key: os.environ/APP}\n"));
        List<String> told = rejected.faults().stream().filter(Finding::stops).map(this::shown).toList();
        assertEquals(2, told.size(), told.toString());
        assertTrue(told.get(0).startsWith("more.yaml:2:6: virtual_keys[].key_alias: is the same as that in "),
                told.get(0));
        assertTrue(told.get(0).endsWith("c.yaml:11. Give each key a name of its own"), told.get(0));
        assertTrue(told.get(1).startsWith("more.yaml:3:25: virtual_keys[].key: is the key that x has"), told.get(1));
    }

    @Test
    void aMasterKeyThatMayAskModelsBesideKeysOfAppsIsToldOf() {
        String text = CONFIG.replace(", master_key_may_call: false", "")
                + "  - {key_alias: x, key: os.environ/APP}\n";
        List<String> told = read(text).warnings().stream().map(this::shown)
                .filter(line -> line.contains("master_key_may_call")).toList();
        assertEquals(1, told.size());
        assertTrue(told.get(0).startsWith("c.yaml:8:19: general_settings.master_key_may_call: is not false"),
                told.get(0));
    }

    @Test
    void aKeyOfSixtyFourDigitsIsAKeyAndNoHash() {
        String hex = "0123456789abcdef".repeat(4);
        assertTrue(key("{key_alias: x, key: os.environ/HEX}").hashes().contains(KeyHash.of(hex)));
        assertTrue(key("{key_alias: x, key_hash: " + hex + "}").hashes().contains(hex));
        assertTrue(key("{key_alias: x, key: 'sha256:" + hex + "'}").hashes().contains(hex));
    }

    @Test
    void aLimitForAnotherNameOfAGroupIsOneOnTheGroup() {
        assertEquals(Map.of("a", 7L), key("{KEY, model_rpm_limit: {also-a: 7, b: null}}")
                .limits().modelRpm());
    }

    @Test
    void hugeAmountsAreBounded() {
        VirtualKey key = key("{KEY, models: [a], rpm_limit: " + "9".repeat(300)
                + ", max_budget: " + "9".repeat(30) + "}");
        assertEquals(1L << 50, key.limits().rpm());
        assertEquals(1_000_000_000_000_000_000L, key.limits().budget().on("k", "budget").amount());
    }

    @Test
    void aTimeMayHaveAnOffsetOrNone() {
        for (String time : List.of("2099-01-31", "2099-01-31T00:00:00", "2099-01-31 00:00:00.000000Z",
                "2099-01-31T01:00:00+01:00")) {
            assertEquals("2099-01-31T00:00:00Z", key("{KEY, expires: '" + time + "'}")
                    .expires().toString());
        }
    }

    @Test
    void manyKeysWithAFaultEachAreToldOfUpToABound() {
        StringBuilder text = new StringBuilder(CONFIG);
        for (int i = 0; i < 10_000; i++) {
            text.append("  - {key_alias: x").append(i).append(", key_hash: no, models: [nobody]}\n");
        }
        FilesRejected rejected = assertThrows(FilesRejected.class, () -> read(text.toString()));
        assertEquals(1000, rejected.faults().size());
    }
}
