package io.dromedary.model;

import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * When and for how long a deployment is left alone: LiteLLM's {@code cooldown_time}, {@code allowed_fails},
 * {@code allowed_fails_policy} and {@code disable_cooldowns}.
 *
 * @param cooldownMs   how long, in ms
 * @param allowedFails how many failures within a minute are borne; without it, the breaker's own rate decides
 * @param policy       the kind of failure, such as {@code TimeoutErrorAllowedFails}, to such a number
 * @param disabled     whether no deployment is ever left alone
 */
public record CooldownRules(OptionalLong cooldownMs, OptionalInt allowedFails, Map<String, Integer> policy,
        boolean disabled) {

    /** Nothing is configured. */
    public static final CooldownRules NONE =
            new CooldownRules(OptionalLong.empty(), OptionalInt.empty(), Map.of(), false);

    /** Whether failures are counted as LiteLLM counts them. */
    public boolean counting() {
        return allowedFails.isPresent() || !policy.isEmpty();
    }

    /**
     * How many failures within a minute are borne; none is said where it is empty.
     *
     * @param errorName the name of LiteLLM's exception for the failure, such as {@code TimeoutError}
     */
    public OptionalInt borne(String errorName) {
        Integer own = policy.get(errorName + "AllowedFails");
        return own != null ? OptionalInt.of(own) : allowedFails;
    }
}
