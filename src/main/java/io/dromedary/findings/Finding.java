package io.dromedary.findings;

/**
 * Something in the configuration that is wrong, or that works otherwise than its author may think.
 *
 * @param rule    the rule that it breaks
 * @param place   where it stands
 * @param key     the key, with its section, such as {@code general_settings.master_key}
 * @param problem what is wrong; never a secret's value
 * @param mend    what to write instead
 * @param stops   whether the gateway does not start with it; else it is a warning
 */
public record Finding(Rule rule, Place place, String key, String problem, String mend, boolean stops) {

    @Override
    public String toString() {
        return place + ": " + key + ": " + problem + (mend.isEmpty() ? "" : ". " + mend);
    }
}
