package io.dromedary.upstream;

import java.util.Map;
import java.util.TreeMap;

import io.dromedary.model.Deployment;
import io.dromedary.settings.GatewayVersion;

/**
 * The headers that every request to a deployment carries, calls and probes alike: nothing of a client's own headers is
 * among them, its key least of all. What a route sets comes before {@code extra_headers}, which come before
 * {@code api_key}.
 */
public final class UpstreamHeaders {

    private UpstreamHeaders() {
    }

    /**
     * Those of {@code deployment}, by names in any case.
     *
     * @param ofRoutes what routes have set for it, name to value
     */
    public static Map<String, String> of(Deployment deployment, Map<String, String> ofRoutes) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.put("User-Agent", "dromedary/" + GatewayVersion.get());
        if (deployment.apiKey() != null) {
            headers.put(deployment.form().keyHeader(), deployment.form().keyValue(deployment.apiKey()));
        }
        headers.putAll(deployment.extraHeaders());
        headers.putAll(ofRoutes);
        return headers;
    }
}
