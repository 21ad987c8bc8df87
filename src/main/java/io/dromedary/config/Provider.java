package io.dromedary.config;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A provider prefix of {@code litellm_params.model} whose API is OpenAI's, so that a base URL and a key are all it
 * takes.
 *
 * @param name        the prefix
 * @param baseUrl     its public base URL, or empty for a server of one's own
 * @param keyVariable the variable that holds its key, used with the default base URL only: a key must not travel to
 *                    another host than its own
 */
record Provider(String name, String baseUrl, String keyVariable) {

    private static final String TABLE = """
            openai https://api.openai.com/v1 OPENAI_API_KEY
            text-completion-openai https://api.openai.com/v1 OPENAI_API_KEY
            nano-gpt https://nano-gpt.com/api/v1 NANOGPT_API_KEY
            openrouter https://openrouter.ai/api/v1 OPENROUTER_API_KEY
            groq https://api.groq.com/openai/v1 GROQ_API_KEY
            deepseek https://api.deepseek.com/v1 DEEPSEEK_API_KEY
            mistral https://api.mistral.ai/v1 MISTRAL_API_KEY
            together_ai https://api.together.xyz/v1 TOGETHERAI_API_KEY
            fireworks_ai https://api.fireworks.ai/inference/v1 FIREWORKS_AI_API_KEY
            perplexity https://api.perplexity.ai PERPLEXITYAI_API_KEY
            xai https://api.x.ai/v1 XAI_API_KEY
            deepinfra https://api.deepinfra.com/v1/openai DEEPINFRA_API_KEY
            cerebras https://api.cerebras.ai/v1 CEREBRAS_API_KEY
            sambanova https://api.sambanova.ai/v1 SAMBANOVA_API_KEY
            nvidia_nim https://integrate.api.nvidia.com/v1 NVIDIA_NIM_API_KEY
            moonshot https://api.moonshot.ai/v1 MOONSHOT_API_KEY
            dashscope https://dashscope-intl.aliyuncs.com/compatible-mode/v1 DASHSCOPE_API_KEY
            novita https://api.novita.ai/v3/openai NOVITA_API_KEY
            featherless_ai https://api.featherless.ai/v1 FEATHERLESS_AI_API_KEY
            nscale https://inference.api.nscale.com/v1 NSCALE_API_KEY
            lambda_ai https://api.lambda.ai/v1 LAMBDA_API_KEY
            hyperbolic https://api.hyperbolic.xyz/v1 HYPERBOLIC_API_KEY
            nebius https://api.studio.nebius.ai/v1 NEBIUS_API_KEY
            meta_llama https://api.llama.com/compat/v1 LLAMA_API_KEY
            v0 https://api.v0.dev/v1 V0_API_KEY
            vercel_ai_gateway https://ai-gateway.vercel.sh/v1 VERCEL_AI_GATEWAY_API_KEY
            minimax https://api.minimax.io/v1 MINIMAX_API_KEY
            zai https://api.z.ai/api/paas/v4 ZAI_API_KEY
            lm_studio - LM_STUDIO_API_KEY
            llamafile http://127.0.0.1:8080/v1 LLAMAFILE_API_KEY
            hosted_vllm - HOSTED_VLLM_API_KEY
            openai_like - OPENAI_LIKE_API_KEY
            custom_openai - -
            litellm_proxy - LITELLM_PROXY_API_KEY
            docker_model_runner http://localhost:22088/engines/llama.cpp/v1 DOCKER_MODEL_RUNNER_API_KEY
            """;

    private static final Map<String, Provider> ALL = new TreeMap<>();

    static {
        TABLE.lines().forEach(row -> {
            String[] cells = row.split(" ");
            ALL.put(cells[0], new Provider(cells[0], orEmpty(cells[1]), orEmpty(cells[2])));
        });
    }

    private static String orEmpty(String cell) {
        return cell.equals("-") ? "" : cell;
    }

    /** The provider of that prefix. */
    static Optional<Provider> named(String name) {
        return Optional.ofNullable(ALL.get(name));
    }

    /** All prefixes. */
    static Collection<String> names() {
        return ALL.keySet();
    }

    /** Whether {@code model}, written without a prefix, is one of OpenAI's own names, which LiteLLM knows by heart. */
    static boolean isOpenAiModel(String model) {
        return model.matches("(gpt-|chatgpt-|o[134](-|$)|text-embedding-|davinci-002|babbage-002).*");
    }
}
