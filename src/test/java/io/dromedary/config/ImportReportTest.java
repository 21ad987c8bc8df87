package io.dromedary.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.config.ImportReport.Fate;
import io.dromedary.findings.FilesRejected;

/**
 * Each line of a LiteLLM configuration is told: what carries over, what differs, what is ignored, what would stop the
 * start.
 */
class ImportReportTest {

    @TempDir
    private Path folder;

    private List<ImportReport.Line> report(String yaml) throws IOException {
        Path file = folder.resolve("config.yaml");
        Files.writeString(file, yaml);
        return ImportReport.of(file, List.of(), Environment.of(Map.of())).lines();
    }

    @Test
    void eachKeyIsToldWithItsLineAndWhatBecomesOfIt() throws IOException {
        List<ImportReport.Line> lines = report("""
                model_list:
                  - model_name: m
                    litellm_params:
                      model: openai/m
                      api_base: os.environ/NOT_SET_HERE
                      api_key: os.environ/NEITHER_THIS
                      temperature: 0.2
                      tags: [a]
                litellm_settings:
                  drop_params: true
                  cache: true
                general_settings:
                  database_url: x
                  allowed_ips: [10.0.0.1]
                  nonsense: 1
                """);
        assertEquals(List.of("1 model_list CARRIES_OVER", "2 model_list[].model_name CARRIES_OVER",
                "3 model_list[].litellm_params CARRIES_OVER",
                "4 model_list[].litellm_params.model CARRIES_OVER",
                "5 model_list[].litellm_params.api_base CARRIES_OVER",
                "6 model_list[].litellm_params.api_key DIFFERS",
                "7 model_list[].litellm_params.temperature CARRIES_OVER",
                "8 model_list[].litellm_params.tags IGNORED", "9 litellm_settings CARRIES_OVER",
                "10 litellm_settings.drop_params DIFFERS",
                "11 litellm_settings.cache DIFFERS", "12 general_settings CARRIES_OVER",
                "13 general_settings.database_url IGNORED",
                "14 general_settings.allowed_ips STOPS", "15 general_settings.nonsense IGNORED"),
                lines.stream().map(line -> line.place().line() + " " + line.key() + " " + line.fate()).toList());
        assertTrue(lines.stream().filter(line -> line.fate() == Fate.STOPS)
                .allMatch(line -> line.note().contains("gateway.accept-unenforced")));
    }

    @Test
    void aValueThatWouldStopTheStartIsToldOnce() throws IOException {
        List<ImportReport.Line> lines = report("""
                model_list: [{model_name: m, litellm_params: {model: openai/m, api_base: 'http://127.0.0.1:1/v1', \
                rpm: many}}]
                litellm_settings: {fallbacks: [{m: [gone]}]}
                """);
        assertEquals(List.of("model_list[].litellm_params.rpm", "fallbacks.m"),
                lines.stream().filter(line -> line.fate() == Fate.STOPS).map(ImportReport.Line::key).toList());
        assertEquals(1, lines.stream().filter(line -> line.key().endsWith(".rpm")).count());
    }

    @Test
    void aCallbackIsToldOnceAndAnEmptyListDiffersInNothing() throws IOException {
        List<ImportReport.Line> lines = report("""
                model_list: [{model_name: m, litellm_params: {model: openai/m, api_base: 'http://127.0.0.1:1/v1'}}]
                litellm_settings:
                  callbacks:
                    - prometheus
                    - langfuse_otel
                  success_callback: []
                  fallbacks: []
                """);
        assertEquals(List.of("4 litellm_settings.callbacks IGNORED", "5 litellm_settings.callbacks IGNORED",
                "6 litellm_settings.success_callback CARRIES_OVER", "7 litellm_settings.fallbacks CARRIES_OVER"),
                lines.stream().filter(line -> line.place().line() > 2)
                .map(line -> line.place().line() + " " + line.key() + " " + line.fate()).toList());
    }

    @Test
    void whatIsNoYamlIsRejectedWithItsPlace() {
        assertThrows(FilesRejected.class, () -> report("model_list: [\n"));
    }
}
