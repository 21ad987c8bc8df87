package io.dromedary.dialect.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.dromedary.client.ApiError;

/** Errors, signs of life and small answers in Anthropic's form. */
class ErrorsTest {

    private static final MessagesDialect DIALECT = new MessagesDialect(false);

    @ParameterizedTest
    @CsvSource({
        "400,x,400,invalid_request_error", "422,x,400,invalid_request_error", "415,x,415,invalid_request_error",
        "401,x,401,authentication_error", "402,x,402,billing_error", "403,x,403,permission_error",
        "404,x,404,not_found_error", "408,x,408,timeout_error", "409,x,502,api_error", "413,x,413,request_too_large",
        "429,x,429,rate_limit_error", "500,x,500,api_error", "502,x,502,api_error", "504,x,504,timeout_error",
        "503,gateway_busy,529,overloaded_error", "503,deployment_busy,529,overloaded_error",
        "503,gateway_ending,503,overloaded_error",
    })
    void eachErrorHasAStatusAndATypeOfAnthropics(int status, String code, int told, String type) {
        ApiError error = ApiError.of(status, "server_error", code, "p", "It's \"so\"");
        assertEquals(told, DIALECT.status(error));
        String envelope = "{\"type\":\"error\",\"error\":{\"type\":\"" + type
                + "\",\"message\":\"It's \\\"so\\\"\"},\"request_id\":\"id-1\"}";
        assertEquals(envelope, new String(DIALECT.error(error, "id-1"), StandardCharsets.UTF_8));
        assertEquals("event: error\ndata: " + envelope + "\n\n",
                new String(DIALECT.errorEvent(error, "id-1"), StandardCharsets.UTF_8));
    }

    @Test
    void aSignOfLifeIsAPing() {
        assertEquals("event: ping\ndata: {\"type\":\"ping\"}\n\n",
                new String(DIALECT.keepAlive(), StandardCharsets.UTF_8));
        assertEquals(Map.of("request-id", "id-1"), DIALECT.headers("id-1"));
    }

    @Test
    void aClientIsKnownByItsPathOrItsVersion() {
        assertTrue(DIALECT.isSpokenAt("/v1/messages", name -> null));
        assertTrue(DIALECT.isSpokenAt("/v1/messages/batches", name -> null));
        assertTrue(DIALECT.isSpokenAt("/v1/models", Map.of("anthropic-version", "2023-06-01")::get));
        assertFalse(DIALECT.isSpokenAt("/v1/messagesx", name -> null));
        assertFalse(DIALECT.isSpokenAt("/v1/chat/completions", name -> null));
    }

    @Test
    void aCountIsInputTokens() {
        assertEquals("{\"input_tokens\":7}", new String(DIALECT.tokenCount(7), StandardCharsets.UTF_8));
    }

    @Test
    void modelsAreListedAsAnthropicDoes() {
        assertEquals(Requests.json("{'data':[{'type':'model','id':'a','display_name':'A',"
                + "'created_at':'1970-01-01T00:00:01Z'},{'type':'model','id':'b/c','display_name':'b/c',"
                + "'created_at':'2026-11-28T00:00:00Z'}],'has_more':false,'first_id':'a','last_id':'b/c'}"),
                Requests.tree(AnthropicModelList.bytes(List.of(new AnthropicModelList.Model("a", "A", 1),
                        new AnthropicModelList.Model("b/c", "b/c", 1795824000)))));
        assertTrue(Requests.tree(AnthropicModelList.bytes(List.of())).get("first_id").isNull());
    }
}
