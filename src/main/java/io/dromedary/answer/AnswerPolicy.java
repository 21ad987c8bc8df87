package io.dromedary.answer;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

import io.dromedary.settings.Settings;

/** Which of an upstream's headers reach the client, and whether it is told the upstream's address. */
public final class AnswerPolicy {

    private final boolean tellApiBase;
    private final Set<String> upstreamHeaders = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private final boolean cors;

    /** @param settings where {@code gateway.answer.*} and {@code gateway.cors} are read */
    public AnswerPolicy(Settings settings) {
        tellApiBase = settings.flag("gateway.answer.api-base");
        List<String> headers = settings.list("gateway.answer.upstream-headers");
        upstreamHeaders.addAll(headers);
        cors = settings.flag("gateway.cors");
    }

    /** Whether {@code x-litellm-model-api-base} is sent. */
    public boolean tellApiBase() {
        return tellApiBase;
    }

    /** Whether any web page may read answers. */
    public boolean cors() {
        return cors;
    }

    /**
     * Whether that header of the upstream's goes to the client: its rate limits, when to come again, what is
     * configured.
     */
    public boolean passes(String header) {
        String lower = header.toLowerCase(Locale.ROOT);
        return lower.startsWith("x-ratelimit-") || lower.equals("retry-after") || lower.equals("retry-after-ms")
                || upstreamHeaders.contains(header);
    }
}
