package io.dromedary.http;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import io.dromedary.model.BaseUrl;

/**
 * The proxy towards an upstream, from the usual variables: {@code HTTPS_PROXY} or {@code HTTP_PROXY} by the upstream's
 * scheme, in capitals or small letters, unless {@code NO_PROXY} names the host or a domain it is in ({@code *} for
 * all). A user and a password in the proxy's URL are sent to it by Basic authentication (RFC 7617). Address ranges in
 * {@code NO_PROXY} are not understood, and the proxy itself is always asked over plain TCP.
 *
 * @param host     the proxy's host
 * @param port     the proxy's port
 * @param user     the user, or null where the proxy wants none
 * @param password the password, or null where there is no user
 */
record UpstreamProxy(String host, int port, String user, String password) {

    private static final int DEFAULT_PORT = 80;

    /** The proxy for {@code upstream}, or empty where it is asked directly. */
    static Optional<UpstreamProxy> of(BaseUrl upstream, Map<String, String> environment) {
        String variable = upstream.scheme() + "_proxy";
        Optional<String> proxy = variable(environment, variable)
                .filter(value -> !bypassed(upstream.host(), environment));
        return proxy.map(value -> URI.create(value.contains("://") ? value : "http://" + value))
                .filter(uri -> uri.getHost() != null).map(UpstreamProxy::of);
    }

    private static UpstreamProxy of(URI uri) {
        String[] user = uri.getRawUserInfo() == null ? new String[0] : uri.getRawUserInfo().split(":", 2);
        return new UpstreamProxy(uri.getHost(), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
                user.length > 0 ? decoded(user[0]) : null,
                user.length > 1 ? decoded(user[1]) : user.length > 0 ? "" : null);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** The value of {@code Proxy-Authorization}, or empty where the proxy wants none. */
    Optional<String> authorization() {
        return user == null ? Optional.empty() : Optional.of("Basic "
                + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
    }

    /** Without the password. */
    @Override
    public String toString() {
        return host + ":" + port;
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
