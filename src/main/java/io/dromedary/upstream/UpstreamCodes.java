package io.dromedary.upstream;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The HTTP status that an error's {@code code}, {@code type} or {@code status} amounts to, for errors that come under a
 * 200, inside a stream or without a number. One row a status, with the words that upstreams use in any case and the
 * upstream they were seen at.
 */
public final class UpstreamCodes {

    private static final String TABLE = """
            400 | context_length_exceeded string_above_max_length                    | OpenAI
            400 | exceed_context_size_error                                          | llama-server
            400 | model_max_prompt_tokens_exceeded tokens_limit_reached              | GitHub
            400 | content_filter content_policy_violation data_inspection_failed     | Azure, OpenAI, DashScope
            400 | invalid_request_error bad_request_error badrequesterror bad_request validation_error | OpenAI, \
            vLLM, TGI
            400 | invalid_argument failed_precondition out_of_range                  | Gemini
            401 | authentication_error invalid_api_key unauthorized unauthenticated  | Anthropic, OpenAI, Gemini
            402 | billing_error insufficient_credits insufficient_balance            | Anthropic, OpenRouter, DeepSeek
            403 | permission_error permission_denied forbidden                       | Anthropic, Gemini
            404 | model_not_found not_found_error not_found notfounderror            | OpenAI, Anthropic, Gemini, vLLM
            408 | request_timeout                                                    | several
            413 | request_too_large                                                  | Anthropic
            429 | rate_limit rate_limited rate_limit_error rate_limit_exceeded       | OpenAI, Anthropic
            429 | too_many_requests resource_exhausted insufficient_quota            | several, Gemini, OpenAI
            500 | server_error api_error internal internal_error internal_server_error internalservererror | OpenAI, \
            Anthropic, Gemini
            501 | unimplemented                                                      | Gemini
            503 | overloaded_error overloaded engine_overloaded unavailable service_unavailable unavailable_error | \
            Anthropic, TGI, llama-server
            504 | timeout timeout_error deadline_exceeded gateway_timeout            | Anthropic, Gemini
            """;

    private static final Map<String, Integer> STATUS = read();

    private UpstreamCodes() {
    }

    private static Map<String, Integer> read() {
        Map<String, Integer> statuses = new LinkedHashMap<>();
        TABLE.lines().map(row -> row.split("\\|")).forEach(cells -> {
            for (String word : cells[1].trim().split(" ")) {
                statuses.put(word, Integer.valueOf(cells[0].trim()));
            }
        });
        return Map.copyOf(statuses);
    }

    /** Each word with its status. */
    public static Map<String, Integer> all() {
        return STATUS;
    }

    /** The status of a code, which may be a number in a text; 0 where it tells none. */
    static int statusOf(String code) {
        if (code == null) {
            return 0;
        }
        String word = code.strip().toLowerCase(Locale.ROOT);
        return word.matches("[45]\\d\\d") ? Integer.parseInt(word) : STATUS.getOrDefault(word, 0);
    }
}
