package io.dromedary.request;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the id of a session is found, and what is no id of one. */
class SessionIdTest {

    private static Optional<String> inBody(String json) {
        return SessionId.in(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-litellm-session-id", "x-session-id", "session-id", "thread-id",
        "x-claude-code-session-id"})
    void aHeaderTellsIt(String header) {
        assertEquals(Optional.of("s 1"), SessionId.in(Map.of(header, "s 1")::get));
    }

    @Test
    void litellmsOwnHeaderComesFirstAndOneThatIsNoIdIsPassedOver() {
        Map<String, String> headers = Map.of("x-litellm-session-id", "first", "x-session-id", "second");
        assertEquals(Optional.of("first"), SessionId.in(headers::get));
        for (String bad : new String[] {"", "  ", "a\tb", "a\u0085b", "x".repeat(256)}) {
            assertEquals(Optional.of("second"),
                    SessionId.in(Map.of("x-litellm-session-id", bad, "x-session-id", "second")::get), bad);
        }
        assertEquals(Optional.of("x".repeat(255)), SessionId.in(Map.of("thread-id", "x".repeat(255))::get));
        assertEquals(Optional.empty(), SessionId.in(Map.of("session", "s")::get));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'prompt_cache_key': 's'} | s",
        "{'litellm_session_id': 's', 'metadata': {'session_id': 'other'}} | s",
        "{'metadata': {'user_id': 'u', 'session_id': 's'}} | s",
        "{'metadata': {'litellm_session_id': 's'}} | s",
        "{'metadata': {'user_id': 'user_1f_account__session_5e-6'}} | 5e-6",
        "{'metadata': {'user_id': '{\\'device_id\\':\\'d\\',\\'session_id\\':\\'s\\'}'}} | s",
        "{'prompt_cache_key': '', 'metadata': {'session_id': 's'}} | s"
    })
    void aFieldOfTheBodyTellsIt(String body, String session) {
        assertEquals(Optional.of(session), inBody(body));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "", "{'prompt_cache_key': 7}", "{'prompt_cache_key': ['s']}",
        "{'metadata': 's'}", "{'metadata': {'user_id': 'only-a-user'}}", "{'metadata': {'user_id': 'u_session_'}}",
        "{'metadata': {'user_id': '{no json'}}", "{'prompt_cache_key': 'a\\nb'}", "{'user': 's'}"})
    void whatIsNoneIsNone(String body) {
        assertEquals(Optional.empty(), inBody(body));
    }

    @Test
    void oneThatIsTooLongIsNone() {
        assertEquals(Optional.empty(), inBody("{'prompt_cache_key': '" + "x".repeat(256) + "'}"));
        assertEquals(Optional.empty(), inBody("{'prompt_cache_key': '" + "\\u0061".repeat(2000) + "'}"));
        assertEquals(Optional.of("a".repeat(255)), inBody("{'prompt_cache_key': '" + "\\u0061".repeat(255) + "'}"));
    }
}
