package io.dromedary.cache;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import io.dromedary.model.Deployment;

/**
 * Makes the names under which answers are kept: SHA-256 of all that an answer depends on. Of the body that is all of it
 * but the fields named here, so that a field nobody has heard of makes another key. Safe for several threads.
 */
public final class CacheKeys {

    /** Another one for each change of what a key is made of. */
    private static final String FORM = "1";

    /**
     * Fields that do not change what is answered: who asks, what others are to know of it, and what steers the gateway
     * before its first deployment has answered (the answer of a fallback is not kept). {@code stream} and
     * {@code stream_options} are not among them: an answer is given again as it was given.
     */
    private static final Set<String> LEFT_OUT = Set.of("user", "safety_identifier", "metadata", "prompt_cache_key",
            "prompt_cache_retention", "cache", "tags", "no-log", "fallbacks", "context_window_fallbacks",
            "content_policy_fallbacks", "disable_fallbacks", "num_retries", "max_retries", "timeout", "stream_timeout",
            "cooldown_time");

    private final Map<Deployment, byte[]> marks = new ConcurrentHashMap<>();

    /** Whether what is asked does not depend on that field at the top of a body. */
    public static boolean isLeftOut(String field) {
        return LEFT_OUT.contains(field) || field.startsWith("litellm_");
    }

    /**
     * The key of a request.
     *
     * @param body  its JSON, as the steps before have left it
     * @param group the deployments of the group that it asks, in any order: with another configuration of one of them,
     *              it is another key
     * @param scope what it is besides: operation, model, whose it is and so on
     * @return empty where its body cannot be told from another one's at a bounded cost
     */
    public Optional<String> of(byte[] body, List<Deployment> group, List<String> scope) {
        return CanonicalDigest.of(body, CacheKeys::isLeftOut).map(digested -> {
            MessageDigest digest = CanonicalDigest.sha256();
            text(digest, FORM);
            scope.forEach(part -> text(digest, part));
            byte[][] all = group.stream().map(this::mark).sorted(Arrays::compare).toArray(byte[][]::new);
            for (byte[] mark : all) {
                digest.update(mark);
            }
            return HexFormat.of().formatHex(digest.digest(digested));
        });
    }

    private byte[] mark(Deployment deployment) {
        return marks.computeIfAbsent(deployment, CacheKeys::marked);
    }

    /** All of a deployment's configuration that may change what it answers; not its key. */
    private static byte[] marked(Deployment deployment) {
        MessageDigest digest = CanonicalDigest.sha256();
        for (String part : List.of(deployment.id(), deployment.provider(), deployment.upstreamModel(),
                deployment.baseUrl(), String.valueOf(deployment.form()))) {
            text(digest, part);
        }
        for (Map<String, String> set : List.of(deployment.extraHeaders(), deployment.defaultParameters(),
                deployment.extraBody())) {
            text(digest, String.valueOf(set.size()));
            new TreeMap<>(set).forEach((name, value) -> {
                text(digest, name);
                text(digest, value);
            });
        }
        deployment.alwaysDropped().forEach(name -> text(digest, name));
        return digest.digest();
    }

    /** With its length before it, so that no two lists of texts look alike. */
    private static void text(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
    }
}
