package io.dromedary.client;

import java.util.LinkedHashMap;
import java.util.Map;

import io.dromedary.json.Json;

/** OpenAI's error object, which the official SDKs turn into their exceptions. */
public final class ErrorEnvelope {

    private ErrorEnvelope() {
    }

    /** The JSON bytes; {@code param} may be null. */
    public static byte[] bytes(String message, String type, String param, String code) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("message", message);
        error.put("type", type);
        error.put("param", param);
        error.put("code", code);
        return Json.bytes(Map.of("error", error));
    }
}
