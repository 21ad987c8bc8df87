package io.dromedary.dialect.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.Translation;

/** Whatever a client sends is a request or a 400. */
class MessagesFuzz {

    @FuzzTest(maxDuration = "6s")
    void aBodyIsTranslatedForAStrictServerOrRefused(byte[] body) {
        Translation translation;
        try {
            translation = new MessagesDialect(false).translate(Requests.request(body));
        } catch (ApiError e) {
            assertEquals(400, e.status());
            return;
        }
        StrictServer.requireServed(Requests.tree(translation.chat()));
        assertEquals("up", Requests.tree(translation.asSent().body("up").bytes()).get("model").textValue());
    }
}
