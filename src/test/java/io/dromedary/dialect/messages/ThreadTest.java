package io.dromedary.dialect.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.DialectRequest;
import io.dromedary.dialect.Translation;

/** A client that has the server keep the conversation sends its newest messages only. */
class ThreadTest {

    private final MessagesDialect dialect = new MessagesDialect(false);

    private Translation translate(String thread) {
        String body = "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                + "\"thread\":" + thread + "}";
        return dialect.translate(new DialectRequest(body.getBytes(StandardCharsets.UTF_8), "owner", "id", name -> null,
                100, bytes -> { }));
    }

    @Test
    void aThreadIsRefusedInTheWordsByWhichClientsSendItAll() throws Exception {
        for (String thread : new String[] {"{\"type\":\"create\"}",
            "{\"type\":\"continue\",\"previous_message_id\":\"msg_1\"}"}) {
            ApiError error = assertThrows(ApiError.class, () -> translate(thread));
            JsonNode envelope = new ObjectMapper().readTree(dialect.error(error, "id"));
            assertEquals(400, dialect.status(error));
            assertEquals("thread_unsupported_request", envelope.at("/error/details/error_code").textValue());
        }
    }

    @Test
    void noThreadIsNone() {
        assertNotNull(translate("null"));
    }
}
