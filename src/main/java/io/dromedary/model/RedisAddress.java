package io.dromedary.model;

import java.util.List;
import java.util.Optional;

/**
 * Where the Redis (or Valkey) is that several gateways share, and how it is spoken to.
 *
 * @param hosts     {@code host:port}, at least one; several are nodes of one cluster
 * @param cluster   whether they are a cluster
 * @param database  its number; 0 for a cluster
 * @param username  who logs in; empty for Redis' default user
 * @param password  the password; empty where none is needed
 * @param tls       whether it is spoken to over TLS
 * @param trustFile certificates that its own may be signed by, as PEM; empty for the JVM's own
 */
public record RedisAddress(List<String> hosts, boolean cluster, int database, Optional<String> username,
        Optional<Secret> password, boolean tls, Optional<String> trustFile) {

    /** The hosts as they may be told: nothing of them is a secret. */
    public String told() {
        return String.join(", ", hosts);
    }
}
