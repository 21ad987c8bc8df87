package io.dromedary.observe.metrics;

import io.dromedary.model.Deployment;

/**
 * What labels say of one deployment, all of it from the configuration.
 *
 * @param id       its id
 * @param group    its {@code model_name}
 * @param model    the model's name upstream, as configured: of a wildcard, the pattern
 * @param provider as in front of the slash of {@code litellm_params.model}
 * @param apiBase  where it is, or its id where the addresses of upstreams are not told
 */
public record DeploymentLabels(String id, String group, String model, String provider, String apiBase) {

    /** Those of a request that no deployment was asked for. */
    static final DeploymentLabels NONE = all(MetricLabels.NONE);
    /** Those of a deployment that the configuration has no more. */
    static final DeploymentLabels OTHER = all(MetricLabels.OTHER);

    private static DeploymentLabels all(String word) {
        return new DeploymentLabels(word, word, word, word, word);
    }

    /** The names under which LiteLLM tells of a deployment. */
    public static String[] liteLlmNames() {
        return new String[] {"litellm_model_name", "model_id", "api_base", "api_provider"};
    }

    /** The values for {@link #liteLlmNames}. */
    public String[] liteLlm() {
        return new String[] {model, id, apiBase, provider};
    }

    /** The values of the labels of times: of what clients have asked for, and of the deployment. */
    String[] ofTimes(String requested) {
        return new String[] {requested, model, id, provider};
    }

    /**
     * Those of a deployment.
     *
     * @param tellApiBase whether its address may be told
     */
    public static DeploymentLabels of(Deployment deployment, boolean tellApiBase) {
        return new DeploymentLabels(deployment.id(), deployment.group(), deployment.upstreamModel(),
                deployment.provider(),
                tellApiBase ? deployment.baseUrl().replaceFirst("//[^/]*@", "//") : deployment.id());
    }

    /** The value of the label of that name; null where it does not tell of a deployment. */
    String value(String label) {
        return switch (label) {
            case "deployment", "model_id" -> id;
            case "group", "model_group" -> group;
            case "model", "litellm_model_name" -> model;
            case "api_provider" -> provider;
            case "api_base" -> apiBase;
            default -> null;
        };
    }
}
