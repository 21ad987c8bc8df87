package io.dromedary.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** That no test fails for a leak would mean nothing if a leak were not seen. */
class KeyLeaksTest {

    @Test
    void aKeyInALogLineAnAnswerOrAStackTraceIsFound() {
        assertEquals(List.of(), KeyLeaks.found());
        LoggerFactory.getLogger("io.dromedary.x").info("the key is {}", RunningGateway.KEY);
        LoggerFactory.getLogger("org.apache.camel.x")
                .warn("failed", new IllegalStateException("Bearer " + RunningGateway.CLOUD_KEY));
        LoggerFactory.getLogger("dromedary.access").info("failed=\"{}\"", RunningGateway.KEY);
        KeyLeaks.lookThrough("{\"error\":{\"message\":\"" + RunningGateway.CLOUD_KEY + "\"}}");
        assertEquals(4, KeyLeaks.found().size());
        assertEquals(0, KeyLeaks.found().size());
    }
}
