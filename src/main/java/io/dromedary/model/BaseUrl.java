package io.dromedary.model;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of a deployment's base URL. {@link URI} finds no host where a name has an underscore, or a last label that
 * begins with a digit (RFC 2396, 3.2.2): services of Docker Compose are called so, {@code http://my_vllm:8000} or
 * {@code http://llama-3.2-1b:8080}, and their names are looked up like any other.
 *
 * @param scheme    {@code http} or {@code https}
 * @param host      a name or an address
 * @param port      the port that is written, else the scheme's own
 * @param authority host and port as they are written
 * @param path      the path as it is written; empty where there is none
 */
public record BaseUrl(String scheme, String host, int port, String authority, String path) {

    private static final int HTTPS_PORT = 443;
    private static final int HTTP_PORT = 80;
    private static final int MOST = 65_535;
    private static final Pattern NAMED = Pattern.compile("(?:[^@]*@)?(\\w(?:[\\w.-]*\\w)?)(?::(\\d{1,5}))?");

    /** The parts of {@code url}; empty where it is no URL of a server, or has a query or a fragment. */
    public static Optional<BaseUrl> of(String url) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!http || uri.getRawAuthority() == null || uri.getQuery() != null || uri.getFragment() != null) {
            return Optional.empty();
        }
        String host = uri.getHost();
        int port = uri.getPort();
        if (host == null) {
            Matcher named = NAMED.matcher(uri.getRawAuthority());
            if (!named.matches()) {
                return Optional.empty();
            }
            host = named.group(1);
            port = named.group(2) == null ? -1 : Integer.parseInt(named.group(2));
        }
        if (port > MOST) {
            return Optional.empty();
        }
        int standard = uri.getScheme().equals("https") ? HTTPS_PORT : HTTP_PORT;
        return Optional.of(new BaseUrl(uri.getScheme(), host, port > 0 ? port : standard, uri.getRawAuthority(),
                uri.getRawPath() == null ? "" : uri.getRawPath()));
    }
}
