package io.dromedary.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

/** LiteLLM's list of keys becomes entries of {@code virtual_keys}; what does not is told field by field. */
class KeyListImportTest {

    private static final String HASH = "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b";
    private static final String PAGE = """
            {"keys": [{"token": "%s", "key_name": "sk-...JN3w", "key_alias": "shop", "spend": 3.25, "max_budget": 20.0,
              "expires": "2099-11-24T23:19:11.131000Z", "models": ["qwen", "beta"], "aliases": {"fast": "qwen"},
              "config": {}, "user_id": "u-1", "team_id": null, "max_parallel_requests": 8, "tpm_limit": 100000,
              "rpm_limit": 60, "budget_duration": "30d", "budget_reset_at": "2026-12-01T00:00:00Z",
              "allowed_cache_controls": [], "allowed_routes": ["llm_api_routes"], "permissions": {"get_spend": true},
              "model_spend": {}, "model_max_budget": {"qwen": {"budget_limit": 1e1, "time_period": "1d"}},
              "soft_budget_cooldown": false, "blocked": null, "litellm_budget_table": {"soft_budget": 15.0},
              "org_id": null, "created_at": "2026-01-01T00:00:00Z", "created_by": "admin",
              "rotation_count": 0, "guardrails": ["pii"],
              "metadata": {"team": "web", "model_rpm_limit": {"qwen": 10}, "tags": ["a"],
                "logging": [{"callback_vars": {"langfuse_secret_key": "sk-lf-x"}}], "db_password": "p"}},
             {"token": "%s", "key_alias": "shop", "models": [], "blocked": true},
             {"token": "%s", "key_alias": null, "models": ["all-team-models"], "team_id": "t"},
             {"token": "%s", "key_alias": "admin", "allowed_routes": ["management_routes"]},
             "just-a-hash", {"key_alias": "no token"}],
             "total_count": 5, "current_page": 1, "total_pages": 2}
            """.formatted(HASH, "1".repeat(64), "2".repeat(64), "3".repeat(64));

    private static KeyListImport.Outcome read(String json) {
        try {
            return KeyListImport.of(new ObjectMapper().readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static String notes(KeyListImport.Outcome outcome) {
        return outcome.notes().stream().map(note -> (note.decide() ? "! " : "") + note.field() + ": " + note.note())
                .reduce("", (all, one) -> all + one + "\n");
    }

    @Test
    void aKeyKeepsItsHashItsModelsAndItsLimits() {
        Map<String, Object> entry = read(PAGE).entries().get(0);
        assertEquals("shop", entry.get("key_alias"));
        assertEquals("sha256:" + HASH, entry.get("key_hash"));
        assertEquals(List.of("qwen", "beta"), entry.get("models"));
        assertEquals(Map.of("fast", "qwen"), entry.get("aliases"));
        assertEquals(List.of("llm_api_routes"), entry.get("allowed_routes"));
        assertEquals(20L, entry.get("max_budget"));
        assertEquals("30d", entry.get("budget_duration"));
        assertEquals(60L, entry.get("rpm_limit"));
        assertEquals(100000L, entry.get("tpm_limit"));
        assertEquals(8L, entry.get("max_parallel_requests"));
        assertEquals(Map.of("qwen", 10L), entry.get("model_rpm_limit"));
        assertEquals(15L, entry.get("soft_budget"), "from the table of its budget");
        assertEquals(Map.of("qwen", Map.of("budget_limit", 10L, "time_period", "1d")), entry.get("model_max_budget"));
        assertEquals("2099-11-24T23:19:11.131000Z", entry.get("expires"));
        assertEquals("u-1", entry.get("user_id"));
        assertEquals(Map.of("team", "web"), entry.get("metadata"));
        assertEquals(List.of("a"), entry.get("tags"));
        assertFalse(entry.containsKey("blocked"));
        assertFalse(read(PAGE).toString().contains("sk-lf-x"), "no secret of its metadata is repeated");
    }

    @Test
    void eachFieldThatIsLeftOutIsToldOf() {
        String notes = notes(read(PAGE));
        for (String expected : List.of("spend: is not taken over", "permissions: has no counterpart",
                "! guardrails: restricts", "budget_reset_at: is of LiteLLM's database", "created_at: is of",
                "metadata.logging: may hold secrets", "metadata.db_password: may hold secrets",
                "! models: has all-team-models", "key_alias: is there twice", "key_alias: is missing",
                "allowed_routes: of a key that manages", "! keys: has hashes alone", "! token: is no hash",
                "! total_pages: there are 2 pages")) {
            assertTrue(notes.contains(expected), expected + " in " + notes);
        }
    }

    @Test
    void namesThatAreMissingOrDoubleAreMade() {
        List<Map<String, Object>> entries = read(PAGE).entries();
        assertEquals(List.of("shop", "shop-11111111", "key-22222222"),
                entries.stream().map(entry -> entry.get("key_alias")).toList());
        assertFalse(entries.get(1).containsKey("models"), "an empty list is all models in LiteLLM");
        assertEquals(true, entries.get(1).get("blocked"));
    }

    @Test
    void aLimitOfNothingIsKept() {
        assertEquals(0L, read("[{\"token\": \"" + HASH + "\", \"max_budget\": 0.0, \"spend\": 0.0}]").entries().get(0)
                .get("max_budget"));
    }

    @Test
    void pagesInAListAndABareListOfKeysAreReadToo() {
        assertEquals(6, read("[" + PAGE + "," + PAGE + "]").entries().size());
        assertEquals(1, read("[{\"token\": \"" + HASH + "\"}]").entries().size());
        assertEquals(1, read("{\"key\": \"x\", \"info\": {\"token\": \"" + HASH + "\"}}").entries().size());
    }
}
