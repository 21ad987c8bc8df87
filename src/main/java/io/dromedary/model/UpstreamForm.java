package io.dromedary.model;

import java.util.Locale;

/**
 * How a provider wants its OpenAI-compatible API to be asked, where that differs from OpenAI's own: the header that
 * carries the key, and what a path begins and ends with. Azure, for one, has the deployment's name in the path, its
 * version in the query and the key in {@code api-key}.
 *
 * @param keyHeader  the header of the key; {@code Authorization} carries it as a Bearer token (RFC 6750, 2.1)
 * @param pathPrefix what stands between the base URL and the path of an operation, empty for nothing
 * @param query      what follows each path, with its question mark, empty for nothing
 */
public record UpstreamForm(String keyHeader, String pathPrefix, String query) {

    /** OpenAI's own form. */
    public static final UpstreamForm OPENAI = new UpstreamForm("Authorization", "", "");

    /** What the header of the key holds. */
    public String keyValue(Secret key) {
        boolean bearer = keyHeader.toLowerCase(Locale.ROOT).equals("authorization");
        return (bearer ? "Bearer " : "") + key.reveal();
    }

    /** The path under the base URL of an operation whose own path is {@code path}. */
    public String path(String path) {
        return pathPrefix + path + query;
    }

    /** The path under the base URL of the list of models, which is not a deployment's. */
    public String modelsPath() {
        return "/models" + query;
    }
}
