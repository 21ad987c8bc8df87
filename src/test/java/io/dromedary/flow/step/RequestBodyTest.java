package io.dromedary.flow.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

/** What the bean of route authors promises about the array itself, by which a request is known to be as it came. */
class RequestBodyTest {

    @Test
    void aBodyInWhichNothingWasFoundIsNotTheOneThatCame() {
        byte[] body = "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}".getBytes(StandardCharsets.UTF_8);
        byte[] masked = new RequestBody().replaceInTexts(body, "secret", "*");
        assertArrayEquals(body, masked);
        assertNotSame(body, masked);
    }
}
