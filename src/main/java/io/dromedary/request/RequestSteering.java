package io.dromedary.request;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

import io.dromedary.cache.CacheControl;
import io.dromedary.model.Plan;

/**
 * What a client asked of the gateway itself, in the body's steering fields or in {@code x-litellm-*} headers. Empty
 * where it asked nothing: the configuration decides then.
 *
 * @param fallbacks        the groups to stand in, in place of the configured ones
 * @param contextWindow    those for a prompt that is too long, by the model that it is too long for
 * @param contentPolicy    those for a prompt that is refused, by the model that refuses it
 * @param disableFallbacks whether no group may stand in
 * @param retries          {@code num_retries}
 * @param timeoutMs        {@code timeout}, in ms
 * @param streamTimeoutMs  {@code stream_timeout}, in ms
 * @param dropped          {@code additional_drop_params}: fields not to send upstream
 * @param cache            what it asks of the cache
 */
public record RequestSteering(
        Optional<List<Plan.StandIn>> fallbacks,
        Map<String, List<String>> contextWindow,
        Map<String, List<String>> contentPolicy,
        boolean disableFallbacks,
        OptionalInt retries,
        OptionalLong timeoutMs,
        OptionalLong streamTimeoutMs,
        List<String> dropped,
        CacheControl cache) {

    /** The client asked nothing of the gateway. */
    public static final RequestSteering NONE = new RequestSteering(Optional.empty(), Map.of(), Map.of(), false,
            OptionalInt.empty(), OptionalLong.empty(), OptionalLong.empty(), List.of(), CacheControl.NONE);
}
