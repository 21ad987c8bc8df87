package io.dromedary.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RunningGateway;

/** Each provider of the table is asked as its documentation says: path, key header, model's name. */
@TestInstance(Lifecycle.PER_CLASS)
class ProviderRequestsTest {

    private static final Map<String, String> PATHS = Map.of("anthropic", "/v1", "azure_ai", "/openai/v1",
            "gemini", "/v1beta/openai", "cohere", "/compatibility/v1", "cohere_chat", "/compatibility/v1",
            "ollama", "/v1", "ollama_chat", "/v1", "databricks", "/serving-endpoints");
    private static final Map<String, String> MODELS =
            Map.of("vertex_ai", "gemini-2.5-pro", "bedrock", "openai.gpt-oss-20b-1:0");

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.closing(RunningGateway.with(config(), Map.of(), Map.of(),
            Map.of("AZURE_API_BASE", host(), "AZURE_API_KEY", "key-of-variable", "AZURE_API_VERSION", "2024-02-01",
            "OLLAMA_API_BASE", host())));

    private static Stream<Provider> served() {
        return Providers.all().stream().filter(Provider::served);
    }

    private String host() {
        return "http://127.0.0.1:" + upstream.port();
    }

    private String config() {
        StringBuilder config = new StringBuilder("model_list:\n");
        served().forEach(provider -> entry(config, provider.name(), provider.name() + "/"
                + MODELS.getOrDefault(provider.name(), "some-model"),
                "api_key: 'key-" + provider.name() + "', api_base: '" + host()
                + (provider.path().isEmpty() ? "/own/base" : "") + "'"));
        entry(config, "azure-target", "azure/ignored", "api_key: 'key-azure', api_base: '" + host()
                + "/openai/deployments/of-the-url/chat/completions?api-version=2025-01-01-preview'");
        entry(config, "azure-version", "azure/dep", "api_key: 'key-azure', api_version: 2024-06-01, api_base: '"
                + host() + "/'");
        entry(config, "azure-v1", "azure/dep", "api_key: 'key-azure', api_base: '" + host() + "/openai/v1/'");
        entry(config, "azure-latest", "azure/dep", "api_key: 'key-azure', api_version: latest, api_base: '" + host()
                + "'");
        entry(config, "azure-token", "azure/dep", "azure_ad_token: 'key-token', api_base: '" + host() + "'");
        entry(config, "azure-env", "azure/dep", "");
        entry(config, "azure-responses", "azure/responses/dep", "api_key: 'key-azure', api_version: 2024-06-01, "
                + "api_base: '" + host() + "'");
        entry(config, "azure-o-series", "azure/o_series/dep", "api_key: 'key-azure', api_version: 2024-06-01, "
                + "api_base: '" + host() + "'");
        entry(config, "openai-responses", "openai/responses/up", "api_base: '" + host() + "/v1'");
        entry(config, "ollama-v1", "ollama/llama3.1:8b", "api_base: '" + host() + "/v1'");
        entry(config, "ollama-env", "ollama_chat/llama3.1:8b", "");
        entry(config, "gemini-half", "gemini/g", "api_key: 'key-gemini', api_base: '" + host() + "/v1beta/'");
        entry(config, "whole-path", "openai/up", "api_base: '" + host() + "/v1/chat/completions'");
        return config.append("general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}\n").toString();
    }

    private static void entry(StringBuilder config, String name, String model, String more) {
        config.append("  - {model_name: '").append(name).append("', litellm_params: {model: '").append(model)
                .append("'").append(more.isEmpty() ? "" : ", " + more).append("}}\n");
    }

    private FakeUpstream.Received asked(String model) {
        assertEquals(200, gateway.post("/v1/chat/completions", RunningGateway.chat(model, false)).statusCode());
        return upstream.last();
    }

    @ParameterizedTest
    @MethodSource("served")
    void aProviderIsAskedAtItsPathWithItsKeyForItsModel(Provider provider) {
        FakeUpstream.Received request = asked(provider.name());
        String path = provider.azurePaths() ? "/openai/deployments/some-model"
                : provider.path().isEmpty() ? "/own/base" : PATHS.get(provider.name());
        assertEquals(path + "/chat/completions" + (provider.azurePaths() ? "?api-version=2024-02-01" : ""),
                request.path());
        boolean apiKey = provider.name().startsWith("azure");
        assertEquals(apiKey ? null : "Bearer key-" + provider.name(), request.headers().get("Authorization"));
        assertEquals(apiKey ? "key-" + provider.name() : null, request.headers().get("api-key"));
        String model = MODELS.getOrDefault(provider.name(), "some-model");
        assertTrue(request.text().contains("\"model\":\"" + (provider.name().equals("vertex_ai") ? "google/" : "")
                + model + "\""), request.text());
    }

    @ParameterizedTest
    @CsvSource({"azure-target,/openai/deployments/of-the-url/chat/completions?api-version=2024-02-01,api-key,key-azure",
        "azure-version,/openai/deployments/dep/chat/completions?api-version=2024-06-01,api-key,key-azure",
        "azure-responses,/openai/deployments/dep/chat/completions?api-version=2024-06-01,api-key,key-azure",
        "azure-o-series,/openai/deployments/dep/chat/completions?api-version=2024-06-01,api-key,key-azure",
        "openai-responses,/v1/chat/completions,Authorization,",
        "azure-v1,/openai/v1/chat/completions,api-key,key-azure",
        "azure-latest,/openai/v1/chat/completions,api-key,key-azure",
        "azure-token,/openai/deployments/dep/chat/completions?api-version=2024-02-01,Authorization,Bearer key-token",
        "azure-env,/openai/deployments/dep/chat/completions?api-version=2024-02-01,api-key,key-of-variable",
        "ollama-v1,/v1/chat/completions,Authorization,", "ollama-env,/v1/chat/completions,Authorization,",
        "gemini-half,/v1beta/openai/chat/completions,Authorization,Bearer key-gemini",
        "whole-path,/v1/chat/completions,Authorization,"})
    void whatFilesHaveForABaseLeadsToTheSamePath(String model, String path, String header, String key) {
        FakeUpstream.Received request = asked(model);
        assertEquals(path, request.path());
        assertEquals(key, request.headers().get(header));
        assertTrue(!request.text().contains("responses/") && !request.text().contains("o_series/"), request.text());
        if (header.equals("Authorization")) {
            assertNull(request.headers().get("api-key"));
        }
    }

    @Test
    void everyPublicBaseIsAnHttpsUrlOrOfThisMachine() {
        Map<String, String> wrong = new LinkedHashMap<>();
        served().filter(provider -> !provider.ownServer() && !provider.base().contains("{")).forEach(provider -> {
            URI uri = URI.create(provider.base());
            boolean local = "localhost".equals(uri.getHost()) || "127.0.0.1".equals(uri.getHost());
            if (!(local || "https".equals(uri.getScheme())) || provider.base().endsWith("/")
                    || !provider.base().endsWith(provider.path()) || !provider.source().startsWith("https://")) {
                wrong.put(provider.name(), provider.base());
            }
        });
        assertEquals(Map.of(), wrong);
    }
}
