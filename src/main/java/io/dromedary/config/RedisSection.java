package io.dromedary.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dromedary.findings.Findings;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.model.RedisAddress;
import io.dromedary.model.Secret;
import io.dromedary.yaml.YamlTree;

/**
 * Reads where Redis is, under LiteLLM's names: {@code router_settings.redis_*}, then
 * {@code litellm_settings.cache_params}, then the environment ({@code REDIS_URL}, {@code REDIS_HOST} ...). The first of
 * them that names nodes, a URL or a host says where it is; what that leaves open (a password, TLS) comes from the first
 * that has it. A URL's own user, password, database and TLS go before all.
 */
final class RedisSection {

    private static final String DEFAULT_PORT = "6379";
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.%]{2,60}]");
    private static final Pattern NODE = Pattern.compile(
            "\"?host\"?\\s*:\\s*\"([^\"]+)\"\\s*,\\s*\"?port\"?\\s*:\\s*\"?(\\d+)\"?");
    /** What Kubernetes puts into the environment of each pod beside a Service that is called redis. */
    private static final Pattern OF_A_SERVICE = Pattern.compile("tcp://.*:(\\d+)");

    private final Findings faults;
    private final List<Origin> origins = new ArrayList<>();

    /**
     * A place that may say where Redis is.
     *
     * @param name what it is called before a key in a message
     * @param read gives the value of a key, by the environment's name of it without {@code REDIS_}
     */
    private record Origin(String name, Place place, Function<String, Optional<String>> read, List<String> nodes) {

        Optional<String> get(String key) {
            return read.apply(key).map(String::trim).filter(text -> !text.isEmpty());
        }

        boolean says() {
            return !nodes.isEmpty() || get("URL").isPresent() || get("HOST").isPresent();
        }
    }

    RedisSection(ConfigSource source, ScalarReader scalars, Findings faults) {
        this.faults = faults;
        section(source, "router_settings").ifPresent(tree ->
                origins.add(of(tree, "router_settings.redis_", "redis_", scalars, List.of())));
        section(source, "litellm_settings").flatMap(tree -> tree.get("cache_params")).filter(YamlTree::isMap)
                .filter(tree -> tree.get("type").map(type -> type.text().startsWith("redis")).orElse(true))
                .ifPresent(tree -> origins.add(of(tree, "litellm_settings.cache_params.", "", scalars,
                        nodes(tree, scalars))));
        Place file = source.files().get(0).place();
        origins.add(new Origin("REDIS_", file, key -> scalars.variable("REDIS_" + key),
                scalars.variable("REDIS_CLUSTER_NODES").map(this::nodesOfText).orElse(List.of())));
    }

    private static Optional<YamlTree> section(ConfigSource source, String name) {
        return source.sections(name, false).stream().filter(YamlTree::isMap).findFirst();
    }

    private static Origin of(YamlTree tree, String name, String prefix, ScalarReader scalars, List<String> nodes) {
        return new Origin(name, tree.place(), key -> {
            String written = prefix + key.toLowerCase(Locale.ROOT);
            return scalars.text(tree, written, name + key.toLowerCase(Locale.ROOT));
        }, nodes);
    }

    /** Where Redis is; empty where nothing says so. */
    Optional<RedisAddress> read() {
        Origin origin = origins.stream().filter(Origin::says).findFirst().orElse(null);
        if (origin == null) {
            return Optional.empty();
        }
        Optional<String> url = origin.nodes().isEmpty() ? origin.get("URL") : Optional.empty();
        return url.isPresent() ? ofUrl(origin, url.get()) : ofHosts(origin);
    }

    private Optional<RedisAddress> ofHosts(Origin origin) {
        boolean cluster = !origin.nodes().isEmpty();
        List<String> hosts = cluster ? origin.nodes()
                : List.of(origin.get("HOST").orElseThrow() + ":" + port(origin));
        for (String host : hosts) {
            if (!isHost(host)) {
                stop(origin, cluster ? "CLUSTER_NODES" : "HOST", "is no name of a host",
                        "Write a host, and its port under the key for it; a whole address goes into a URL");
                return Optional.empty();
            }
        }
        return Optional.of(new RedisAddress(hosts, cluster, cluster ? 0 : database(first("DB").orElse("0"), origin),
                first("USERNAME"), first("PASSWORD").map(Secret::new), flag(first("SSL"), origin),
                first("SSL_CA_CERTS")));
    }

    /** The URL may hold a password: it is never told. */
    private Optional<RedisAddress> ofUrl(Origin origin, String text) {
        try {
            URI uri = new URI(text);
            boolean tls = "rediss".equals(uri.getScheme());
            String host = uri.getHost();
            if (!tls && !"redis".equals(uri.getScheme()) || host == null) {
                throw new URISyntaxException("", "");
            }
            String user = uri.getUserInfo() == null ? "" : uri.getUserInfo();
            int colon = user.indexOf(':');
            Optional<String> name = Optional.of(colon < 0 ? user : user.substring(0, colon)).filter(s -> !s.isEmpty());
            Optional<String> password = colon < 0 ? Optional.empty() : Optional.of(user.substring(colon + 1));
            String path = uri.getPath() == null ? "" : uri.getPath().replaceFirst("^/", "");
            return Optional.of(new RedisAddress(
                    List.of(host + ":" + (uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort())), false,
                    database(path.isEmpty() ? first("DB").orElse("0") : path, origin), name.or(() -> first("USERNAME")),
                    password.or(() -> first("PASSWORD")).map(Secret::new),
                    tls || flag(first("SSL"), origin), first("SSL_CA_CERTS")));
        } catch (URISyntaxException e) {
            stop(origin, "URL", "is no address of a Redis",
                    "Write redis://host:6379 or rediss://host:6379; signs of a password in it such as / or @ "
                    + "as %2F, %40");
            return Optional.empty();
        }
    }

    private Optional<String> first(String key) {
        return origins.stream().flatMap(origin -> origin.get(key).stream()).findFirst();
    }

    private String port(Origin origin) {
        String port = origin.get("PORT").or(() -> first("PORT")).orElse(DEFAULT_PORT);
        Matcher service = OF_A_SERVICE.matcher(port);
        return service.matches() ? service.group(1) : port;
    }

    private int database(String text, Origin origin) {
        if (text.matches("\\d{1,4}")) {
            return Integer.parseInt(text);
        }
        stop(origin, "DB", "is no number of a database", "Write a whole number such as 0");
        return 0;
    }

    private boolean flag(Optional<String> text, Origin origin) {
        Optional<Boolean> flag = text.flatMap(value -> value.equals("1") ? Optional.of(true)
                : value.equals("0") ? Optional.of(false) : ScalarReader.asBoolean(value));
        if (text.isPresent() && flag.isEmpty()) {
            stop(origin, "SSL", "is neither true nor false", "Write true or false");
        }
        return flag.orElse(false);
    }

    private void stop(Origin origin, String key, String problem, String mend) {
        String path = origin.name().equals("REDIS_") ? "REDIS_" + key
                : origin.name() + key.toLowerCase(Locale.ROOT);
        faults.stop(Rule.VALUE_FORM, origin.place(), path, problem, mend);
    }

    private static boolean isHost(String text) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        return colon > 0 && HOST.matcher(text.substring(0, colon)).matches() && port.matches("\\d{1,5}")
                && Integer.parseInt(port) > 0 && Integer.parseInt(port) < 65_536;
    }

    private static List<String> nodes(YamlTree params, ScalarReader scalars) {
        return params.get("redis_startup_nodes").filter(YamlTree::isList).map(list -> list.items().stream()
                .filter(YamlTree::isMap).map(node -> {
                    String path = "litellm_settings.cache_params.redis_startup_nodes";
                    return scalars.text(node, "host", path).orElse("") + ":"
                            + scalars.text(node, "port", path).orElse(DEFAULT_PORT);
                }).toList()).orElse(List.of());
    }

    /** LiteLLM's JSON, or {@code host:port,host:port}. */
    private List<String> nodesOfText(String text) {
        if (!text.contains("{")) {
            return List.of(text.trim().split("\\s*,\\s*"));
        }
        List<String> nodes = new ArrayList<>();
        Matcher matcher = NODE.matcher(text);
        while (matcher.find()) {
            nodes.add(matcher.group(1) + ":" + matcher.group(2));
        }
        return nodes;
    }
}
