package io.dromedary.dialect.responses;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import io.dromedary.client.AnswerForm;
import io.dromedary.client.ApiError;
import io.dromedary.dialect.Dialect;
import io.dromedary.dialect.DialectRequest;
import io.dromedary.dialect.Held;
import io.dromedary.dialect.Translation;

/**
 * OpenAI's Responses API ({@code POST /v1/responses}), which the AI SDK, the Agents SDK and Codex speak by default.
 * What a client refers to by id is found in the {@link ResponseStore}.
 */
public final class ResponsesDialect implements Dialect {

    private static final Pattern PATHS = Pattern.compile("(/openai)?(/v1)?/responses(/.*)?", Pattern.DOTALL);
    private static final Held NOTHING = new Held(bytes -> { });

    private final ResponseStore store;
    private final boolean keepsReasoning;
    private final ReasoningSeal seal = ReasoningSeal.ofNewKey();

    /**
     * One with that store.
     *
     * @param store          keeps responses, for those who refer to them
     * @param keepsReasoning whether what models thought in earlier turns goes upstream again, as
     *                       {@code reasoning_content}
     */
    public ResponsesDialect(ResponseStore store, boolean keepsReasoning) {
        this.store = store;
        this.keepsReasoning = keepsReasoning;
    }

    @Override
    public String name() {
        return "responses";
    }

    @Override
    public String path() {
        return "/v1/responses";
    }

    @Override
    public String countPath() {
        return "/responses/input_tokens";
    }

    @Override
    public byte[] tokenCount(long tokens) {
        return Held.ascii("{\"object\":\"response.input_tokens\",\"input_tokens\":" + tokens + "}");
    }

    @Override
    public boolean isSpokenAt(String path, UnaryOperator<String> header) {
        return PATHS.matcher(path).matches();
    }

    @Override
    public Translation translate(DialectRequest request) {
        return RequestTranslator.translate(this, request, store, seal, keepsReasoning);
    }

    /** 502 in the place of 500, of which Codex shows no word but its own. */
    @Override
    public int status(ApiError error) {
        return error.status() == 500 ? 502 : error.status();
    }

    @Override
    public byte[] error(ApiError error, String callId) {
        return AnswerForm.OPENAI.error(error, callId);
    }

    /** A response that fails at once: an event of the type {@code error} says nothing to Codex and openai-java. */
    @Override
    public byte[] errorEvent(ApiError error, String callId) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StreamEvents events = new StreamEvents(new ResponseJson(ResponseIds.of(callId), "", Echo.NONE, bytes -> { }));
        events.to(out);
        events.begun();
        events.failed(error, NOTHING);
        return out.toByteArray();
    }

    @Override
    public byte[] keepAlive() {
        return AnswerForm.OPENAI.keepAlive();
    }

    @Override
    public Map<String, String> headers(String callId) {
        return Map.of();
    }
}
