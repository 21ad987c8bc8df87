package io.dromedary.key;

import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * A key that a client shows, by what it is known for; never the key itself.
 *
 * @param alias    its name in log, metrics, usage and on the page
 * @param hashes   the SHA-256 of each value that is accepted for it, in lower-case hexadecimal
 * @param scope    what it may ask for
 * @param limits   how much it may use
 * @param expires  from when it is refused; null for never
 * @param blocked  whether it is refused
 * @param metadata what else is written about it, such as its team
 */
public record VirtualKey(String alias, Set<String> hashes, KeyScope scope, KeyLimits limits, Instant expires,
        boolean blocked, Map<String, Object> metadata) {

    /** The master key: the operator's, without any limit. */
    public static final VirtualKey MASTER =
            new VirtualKey("master", Set.of(), KeyScope.ALL, KeyLimits.NONE, null, false, Map.of());

    /** Whether it is the operator's. */
    public boolean isMaster() {
        return this == MASTER;
    }

    /** The account of a ledger that has its use. */
    public String account() {
        return "key:" + alias;
    }
}
