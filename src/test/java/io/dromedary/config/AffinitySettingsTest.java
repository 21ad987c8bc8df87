package io.dromedary.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.findings.FilesRejected;
import io.dromedary.findings.Finding;
import io.dromedary.model.AffinityRules;
import io.dromedary.model.AffinityRules.By;

/** LiteLLM's names of affinity turn it on, for all groups and for single ones. */
class AffinitySettingsTest {

    @TempDir
    private Path folder;

    private GatewayConfig read(String routerSettings) throws IOException {
        Path file = Files.writeString(folder.resolve("litellm_config.yaml"), """
                model_list:
                  - model_name: pair
                    litellm_params: {model: openai/up, api_base: 'http://127.0.0.1:1/v1'}
                general_settings: {master_key: k}
                router_settings:
                """ + routerSettings.indent(2));
        return new ConfigReader(List.of(), false).read(file, Environment.of(Map.of()));
    }

    private static String warnings(GatewayConfig config) {
        return String.join("\n", config.warnings().stream().map(Finding::toString).toList());
    }

    @Test
    void withoutTheSettingsNothingIsKeptTogether() throws IOException {
        assertEquals(AffinityRules.NONE, read("num_retries: 0").affinity());
        assertTrue(read("num_retries: 0").affinity().isEmpty());
    }

    @Test
    void theNamesForAllGroupsHoldWhereAGroupHasNoneOfItsOwn() throws IOException {
        GatewayConfig config = read("""
                optional_pre_call_checks: [session_affinity, prompt_caching, deployment_affinity]
                deployment_affinity_ttl_seconds: 3600""");
        assertEquals(Set.of(By.SESSION, By.PREFIX, By.KEY), config.affinity().of("pair"));
        assertEquals("", warnings(config));
        AffinityRules own = read("""
                optional_pre_call_checks: [session_affinity]
                model_group_affinity_config: {pair: []}""").affinity();
        assertEquals(Set.of(), own.of("pair"));
        assertEquals(Set.of(By.SESSION), own.of("other"));
        assertTrue(own.any(By.SESSION) && !own.any(By.PREFIX) && !own.isEmpty());
        assertEquals(Set.of(By.PREFIX),
                read("model_group_affinity_config: {pair: [prompt_caching]}").affinity().of("pair"));
    }

    @Test
    void whatDoesNothingIsToldWithItsPlace() throws IOException {
        String told = warnings(read("""
                optional_pre_call_checks: [responses_api_deployment_check, encrypted_content_affinity]
                model_group_affinity_config: {pair: [sesion_affinity], nobody: [session_affinity]}"""));
        assertTrue(told.contains("litellm_config.yaml:6:")
                && told.contains("responses_api_deployment_check is not needed")
                && told.contains("encrypted_content_affinity is not done here")
                && told.contains("sesion_affinity is no affinity, ignored. Did you mean session_affinity?")
                && told.contains("model_group_affinity_config.nobody: is not in model_list"), told);
    }

    @Test
    void whatMayRefuseRequestsAndIsNoListStopsTheStart() {
        assertThrows(FilesRejected.class, () -> read("optional_pre_call_checks: [session_affinity, some_limiter]"));
        FilesRejected rejected = assertThrows(FilesRejected.class,
                () -> read("model_group_affinity_config: {pair: session_affinity}"));
        assertTrue(rejected.faults().toString().contains("Write [session_affinity]"), rejected.faults().toString());
    }
}
