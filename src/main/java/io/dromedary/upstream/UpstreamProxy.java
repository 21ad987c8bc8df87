package io.dromedary.upstream;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.apache.hc.core5.http.HttpHost;

/**
 * The proxy towards an upstream, from the usual variables: {@code HTTPS_PROXY} or {@code HTTP_PROXY} by the upstream's
 * scheme, in capitals or small letters, unless {@code NO_PROXY} names the host or a domain it is in ({@code *} for all).
 * Address ranges in {@code NO_PROXY} and a user name in the proxy's URL are not understood.
 */
final class UpstreamProxy {

    private UpstreamProxy() {
    }

    static Optional<HttpHost> of(String baseUrl, Map<String, String> environment) {
        URI upstream = URI.create(baseUrl);
        String variable = upstream.getScheme() + "_proxy";
        Optional<String> proxy = variable(environment, variable).filter(value -> !bypassed(upstream.getHost(), environment));
        return proxy.map(value -> URI.create(value.contains("://") ? value : "http://" + value))
                .filter(uri -> uri.getHost() != null)
                .map(uri -> new HttpHost(uri.getScheme(), uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort()));
    }

    private static boolean bypassed(String host, Map<String, String> environment) {
        return variable(environment, "no_proxy").stream().flatMap(list -> Arrays.stream(list.split(",")))
                .map(entry -> entry.trim().toLowerCase(Locale.ROOT).replaceFirst("^\\.", "").replaceFirst(":\\d+$", ""))
                .filter(entry -> !entry.isEmpty())
                .anyMatch(entry -> entry.equals("*") || host.equalsIgnoreCase(entry)
                        || host.toLowerCase(Locale.ROOT).endsWith("." + entry));
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name))
                .or(() -> Optional.ofNullable(environment.get(name.toUpperCase(Locale.ROOT))))
                .filter(value -> !value.isBlank());
    }
}
