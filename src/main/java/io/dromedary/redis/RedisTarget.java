package io.dromedary.redis;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;

import io.dromedary.model.RedisAddress;
import io.dromedary.model.Secret;

/** Vert.x' options for an address, and what may be told of a failure there. */
final class RedisTarget {

    /** How long a connection may take until it stands, TLS and log-in included, in ms. */
    static final int CONNECT_MS = 2000;
    /** Calls that wait for their answers on one connection, at most. */
    private static final int WAITING = 4096;
    private static final int LONGEST_REASON = 200;

    private final RedisAddress address;

    RedisTarget(RedisAddress address) {
        this.address = address;
    }

    RedisOptions options() {
        NetClientOptions net = new NetClientOptions().setConnectTimeout(CONNECT_MS).setTcpKeepAlive(true)
                .setTcpNoDelay(true).setSsl(address.tls());
        if (address.tls()) {
            net.setHostnameVerificationAlgorithm("HTTPS");
            address.trustFile().ifPresent(file -> net.setTrustOptions(new PemTrustOptions().addCertPath(file)));
        }
        List<String> urls = address.hosts().stream().map(this::url).toList();
        RedisOptions options = new RedisOptions().setNetClientOptions(net)
                .setType(address.cluster() ? RedisClientType.CLUSTER : RedisClientType.STANDALONE)
                .setMaxWaitingHandlers(WAITING).setPoolCleanerInterval(-1);
        options.setEndpoints(urls);
        return options;
    }

    private String url(String host) {
        String user = address.username().map(RedisTarget::encoded).orElse("");
        String login = address.password().map(password -> user + ":" + encoded(password.reveal()) + "@").orElse("");
        return (address.tls() ? "rediss://" : "redis://") + login + host
                + (address.database() == 0 ? "" : "/" + address.database());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Whether that failure is what Redis has answered, and not one of the connection. */
    static boolean isAnswer(Throwable failure) {
        return failure instanceof Response;
    }

    /** A failure in words that hold no secret. */
    String told(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        String text = isAnswer(failure) ? "it said " + message : message;
        for (Secret secret : address.password().stream().toList()) {
            text = text.replace(secret.reveal(), "***").replace(encoded(secret.reveal()), "***");
        }
        return text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON) : text;
    }
}
