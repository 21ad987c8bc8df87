package io.dromedary.upstream;


import io.dromedary.model.BaseUrl;
import io.dromedary.model.Deployment;
import io.dromedary.model.Secret;

/**
 * Blots a deployment's secrets, and its address where that is not to be told, out of what an upstream has said, before
 * it goes to a client or to the log. An error is understood by its raw text, and only what goes out is blotted: a key
 * {@code e} would blind the gateway.
 */
final class SecretBlot {

    /** A shorter one is no secret worth the name, and is found in ordinary words. */
    private static final int SHORTEST = 8;
    private static final int LONGEST_TEXT = 2000;

    private final boolean tellAddress;

    /** @param tellAddress whether clients are told where upstreams are */
    SecretBlot(boolean tellAddress) {
        this.tellAddress = tellAddress;
    }

    /**
     * {@code text} without secrets, cut to 2,000 characters; null for null. Blots first and cuts then: half a key is
     * too much of it.
     */
    String of(String text, Deployment deployment) {
        if (text == null) {
            return null;
        }
        String clean = deployment.apiKey() == null ? text : without(text, deployment.apiKey().reveal());
        for (String header : deployment.extraHeaders().values()) {
            clean = without(clean, header);
            for (String word : header.split(" ")) {
                clean = without(clean, word); // "Bearer sk-...": an upstream may repeat the key alone
            }
        }
        for (Secret secret : deployment.parameterSecrets()) {
            clean = without(clean, secret.reveal());
        }
        if (!tellAddress) {
            BaseUrl upstream = BaseUrl.of(deployment.baseUrl()).orElseThrow();
            clean = clean.replace(upstream.authority(), "upstream").replace(upstream.host(), "upstream");
        }
        return clean.length() > LONGEST_TEXT ? clean.substring(0, LONGEST_TEXT) + "..." : clean;
    }

    private static String without(String text, String secret) {
        return secret.length() < SHORTEST ? text : text.replace(secret, "***");
    }
}
