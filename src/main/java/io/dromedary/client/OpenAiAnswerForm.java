package io.dromedary.client;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** OpenAI's error envelope, and a comment (HTML Living Standard, 9.2.6) as a sign of life. */
final class OpenAiAnswerForm implements AnswerForm {

    static final AnswerForm INSTANCE = new OpenAiAnswerForm();

    private static final byte[] COMMENT = ": keep-alive\n\n".getBytes(StandardCharsets.US_ASCII);

    private OpenAiAnswerForm() {
    }

    @Override
    public int status(ApiError error) {
        return error.status();
    }

    @Override
    public byte[] error(ApiError error, String callId) {
        return error.envelope();
    }

    @Override
    public byte[] errorEvent(ApiError error, String callId) {
        return ServerSentEvents.event(error.envelope());
    }

    @Override
    public byte[] keepAlive() {
        return COMMENT;
    }

    @Override
    public Map<String, String> headers(String callId) {
        return Map.of();
    }
}
