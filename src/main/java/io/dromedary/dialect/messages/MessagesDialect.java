package io.dromedary.dialect.messages;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.UnaryOperator;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.Dialect;
import io.dromedary.dialect.DialectRequest;
import io.dromedary.dialect.Translation;

/**
 * Anthropic's Messages API, which Claude Code and Anthropic's SDKs speak
 * (<a href="https://docs.anthropic.com/en/api/messages">its reference</a>).
 */
public final class MessagesDialect implements Dialect {

    private static final String PATH = "/v1/messages";

    private final boolean keepsReasoning;

    /**
     * @param keepsReasoning whether the thinking of earlier turns goes upstream as {@code reasoning_content}, where it
     *                       is of the model that is asked; else it is left out
     */
    public MessagesDialect(boolean keepsReasoning) {
        this.keepsReasoning = keepsReasoning;
    }

    @Override
    public String name() {
        return "messages";
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public String countPath() {
        return "/messages/count_tokens";
    }

    @Override
    public byte[] tokenCount(long tokens) {
        return ("{\"input_tokens\":" + tokens + "}").getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public boolean isSpokenAt(String path, UnaryOperator<String> header) {
        return path.equals(PATH) || path.startsWith(PATH + "/") || header.apply("anthropic-version") != null;
    }

    @Override
    public Translation translate(DialectRequest request) {
        return RequestTranslator.translate(this, request, keepsReasoning);
    }

    @Override
    public int status(ApiError error) {
        return MessagesErrors.status(error);
    }

    @Override
    public byte[] error(ApiError error, String callId) {
        return MessagesErrors.envelope(error, callId);
    }

    @Override
    public byte[] errorEvent(ApiError error, String callId) {
        return MessagesErrors.event(error, callId);
    }

    @Override
    public byte[] keepAlive() {
        return MessagesErrors.PING.clone();
    }

    @Override
    public Map<String, String> headers(String callId) {
        return Map.of("request-id", callId);
    }
}
