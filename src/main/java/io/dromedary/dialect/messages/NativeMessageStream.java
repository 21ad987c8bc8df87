package io.dromedary.dialect.messages;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.NativeStream;
import io.dromedary.json.ObjectFields;
import io.dromedary.json.ObjectFields.Field;
import io.dromedary.json.TokenUsage;

/** The events of an upstream that speaks the Messages API. */
final class NativeMessageStream extends NativeStream {

    private static final String MESSAGE = "message";
    private static final String[] COUNTERS = {"input_tokens", "cache_read_input_tokens",
        "cache_creation_input_tokens", "output_tokens"};

    private final String callId;
    private final long[] counters = new long[COUNTERS.length];

    NativeMessageStream(String model, String callId) {
        super(model, MESSAGE);
        this.callId = callId;
    }

    @Override
    protected Role role(String type) {
        return switch (type) {
            case "content_block_delta" -> Role.CONTENT;
            case "message_stop" -> Role.END;
            case "error" -> Role.ERROR;
            default -> Role.OTHER;
        };
    }

    /** Each event says what has been used in all: later figures take the place of earlier ones. */
    @Override
    protected void count(byte[] json, ObjectFields fields) throws IOException {
        Field usage = fields.find("usage").orElse(null);
        Field message = fields.find(MESSAGE).orElse(null);
        if (usage == null && message != null && message.kind() == JsonToken.START_OBJECT) {
            usage = ObjectFields.pickOfAnswer(json, message.value(), message.end(), "usage").find("usage")
                    .orElse(null);
        }
        if (usage == null || usage.kind() != JsonToken.START_OBJECT) {
            return;
        }
        ObjectFields told = ObjectFields.pickOfAnswer(json, usage.value(), usage.end(), COUNTERS);
        for (int i = 0; i < COUNTERS.length; i++) {
            Field counter = told.find(COUNTERS[i]).orElse(null);
            if (counter != null && counter.kind() == JsonToken.VALUE_NUMBER_INT && counter.length() < 18) {
                counters[i] = Long.parseLong(told.text(counter).orElseThrow());
            }
        }
    }

    /** Input tokens are told without those that were read from a cache or written to one. */
    @Override
    public TokenUsage usage() {
        long prompt = counters[0] + counters[1] + counters[2];
        return new TokenUsage(prompt, counters[3], counters[1], counters[2], 0, prompt + counters[3], false);
    }

    @Override
    public void fail(ApiError failure, ByteArrayOutputStream out) {
        out.writeBytes(MessagesErrors.event(failure, callId));
    }
}
