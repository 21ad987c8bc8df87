package io.dromedary.observe.usage;

/**
 * Whose usage it is. Each part is a name of the configuration, or one of the words here, so that there are not more of
 * them than somebody has written down.
 *
 * @param model      as the client has named it; the pattern that it matches, where there is one
 * @param key        the alias of the key
 * @param deployment the id of the deployment that was asked last
 */
public record UsageKey(String model, String key, String deployment) {

    /** What the configuration does not name. */
    public static final String OTHER = "other";
    /** Where there was none: no key, or no deployment that was asked. */
    public static final String NONE = "none";
    /** All that has no place of its own any more. */
    public static final UsageKey REST = new UsageKey(OTHER, OTHER, OTHER);

    // Java puts a record's own equals and hashCode together when they are first called, from classes that it makes
    // then: that took the first client's event loop 4 to 20 ms.

    @Override
    public boolean equals(Object other) {
        return other instanceof UsageKey key && model.equals(key.model) && this.key.equals(key.key)
                && deployment.equals(key.deployment);
    }

    @Override
    public int hashCode() {
        return (model.hashCode() * 31 + key.hashCode()) * 31 + deployment.hashCode();
    }
}
