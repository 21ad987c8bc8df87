package io.dromedary.time;

/** The clocks of an attempt. Each has its property {@code gateway.timeout.*} and its words for a message. */
public enum Clock {
    /** Until a connection stands, TLS included. */
    CONNECT("gateway.timeout.connect", "no connection"),
    /** Until the head of a plain answer. */
    RESPONSE("gateway.timeout.response", "no answer"),
    /** Until the first content of a stream. */
    FIRST_TOKEN("gateway.timeout.first-token", "no token"),
    /** Over the whole request, all its attempts and pauses. */
    TOTAL("gateway.timeout.total", "no whole answer"),
    /** Between two reads of a plain answer. */
    BODY("gateway.timeout.body", "silent"),
    /** Between two reads of a stream that has had content. */
    IDLE("gateway.timeout.idle", "silent");

    private final String key;
    private final String words;

    Clock(String key, String words) {
        this.key = key;
        this.words = words;
    }

    /** The property that sets it, in ms. */
    public String key() {
        return key;
    }

    /** What is told when it runs out: {@code no token within 120000 ms}. */
    public String expired(long ms) {
        return words + (this == IDLE || this == BODY ? " for " : " within ") + ms + " ms";
    }
}
