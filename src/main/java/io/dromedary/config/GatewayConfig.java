package io.dromedary.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import io.dromedary.findings.Finding;
import io.dromedary.key.AccessRules;
import io.dromedary.model.Catalogue;
import io.dromedary.model.CooldownRules;
import io.dromedary.model.RedisAddress;
import io.dromedary.model.RetryRules;
import io.dromedary.model.Secret;
import io.dromedary.model.UnservedModels;

/**
 * What {@code litellm_config.yaml} says, checked.
 *
 * @param environment     the variables, those of the configuration's own {@code environment_variables} included
 * @param masterKey       the operator's key, which opens everything
 * @param keyHeader       {@code litellm_key_header_name}: one more header that may carry it
 * @param completionModel where a chat or text request goes that names no model
 * @param embeddingModel  where an embedding request goes that names no model
 * @param maxRequestBytes {@code max_request_size_mb}, in bytes
 * @param asksStreamUsage {@code always_include_stream_usage}
 * @param forwardsTrace   {@code forward_traceparent_to_llm_provider}
 * @param timeoutMs       {@code request_timeout} or the router's {@code timeout}, in ms
 * @param streamTimeoutMs the router's {@code stream_timeout}, in ms
 * @param routingStrategy in which order the deployments of a group are asked
 * @param retryRules      how often a deployment is asked again
 * @param hedgeAfterMs    {@code hedge_after_ms}: model group to how long its first deployment may have no token, in ms
 * @param preCallChecks   {@code enable_pre_call_checks}: whether a prompt that surely does not fit is kept from a
 *                        deployment
 * @param cooldownRules   when a deployment is left alone
 * @param catalogue       the deployments
 * @param access          who may use the gateway, and how much of it
 * @param redis           where the Redis is that several gateways share; empty for none
 * @param unserved        the entries that cannot be served
 * @param warnings        what the check found that does not stop the start
 * @param notes           what an operator should see at start: default parameters, ignored settings
 */
public record GatewayConfig(
        Environment environment,
        Secret masterKey,
        Optional<String> keyHeader,
        Optional<String> completionModel,
        Optional<String> embeddingModel,
        OptionalLong maxRequestBytes,
        boolean asksStreamUsage,
        boolean forwardsTrace,
        OptionalLong timeoutMs,
        OptionalLong streamTimeoutMs,
        String routingStrategy,
        RetryRules retryRules,
        Map<String, Long> hedgeAfterMs,
        boolean preCallChecks,
        CooldownRules cooldownRules,
        Catalogue catalogue,
        AccessRules access,
        Optional<RedisAddress> redis,
        UnservedModels unserved,
        List<Finding> warnings,
        List<String> notes) {

    /**
     * How long the group's first deployment may have no token before another one is asked too, in ms; empty for ever.
     */
    public OptionalLong hedgeAfterMs(String group) {
        Long ms = hedgeAfterMs.get(group);
        return ms == null ? OptionalLong.empty() : OptionalLong.of(ms);
    }
}
