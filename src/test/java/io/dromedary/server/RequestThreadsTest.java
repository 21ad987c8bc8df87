package io.dromedary.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many threads carry virtual ones: a rule of ours, unless somebody has said it. */
class RequestThreadsTest {

    private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";

    private final String before = System.getProperty(CARRIERS);

    @AfterEach
    void restore() {
        set(before);
    }

    private static void set(String value) {
        if (value == null) {
            System.clearProperty(CARRIERS);
        } else {
            System.setProperty(CARRIERS, value);
        }
    }

    @Test
    void areHalfAsManyAsProcessorsWhereNoMonitorHoldsThem() {
        set(null);
        RequestThreads.factory();
        String half = String.valueOf(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
        assertEquals(Runtime.version().feature() >= 24 ? half : null, System.getProperty(CARRIERS));
    }

    @Test
    void areAsManyAsTheOperatorSays() {
        set("7");
        RequestThreads.factory();
        assertEquals("7", System.getProperty(CARRIERS));
    }
}
