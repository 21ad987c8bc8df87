package io.dromedary.bench;

/** The request bodies of the measurements. What the mock reads stands in their first bytes. */
public final class Body {

    /** The gateway's name of the mock's model. */
    public static final String MODEL = "bench";
    /** The gateway's name of a model whose own upstream is dead. */
    public static final String DEAD_MODEL = "bench-dead";

    private static final int PLAIN_BYTES = 335;

    private Body() {
    }

    /** A plain request of 335 bytes. */
    public static String plain(String model) {
        return padded("{\"model\":\"" + model + "\"", PLAIN_BYTES);
    }

    /** A plain request of {@code bytes} bytes that the mock answers after {@code delayMs}. */
    public static String large(int bytes, int delayMs) {
        return padded("{\"model\":\"" + MODEL + "\",\"delay_ms\":" + delayMs, bytes);
    }

    /** A request for a stream of {@code events}, one every {@code intervalMs}. */
    public static String stream(int events, int intervalMs) {
        return padded("{\"model\":\"" + MODEL + "\",\"stream\":true,\"max_tokens\":" + events
                + ",\"interval_ms\":" + intervalMs, PLAIN_BYTES);
    }

    /**
     * A plain request of 335 bytes, or one for a stream, in the words of the Responses API; one of the Messages API has
     * those of a chat.
     *
     * @param more fields that come before the others, each with a comma in front
     */
    public static String response(String more) {
        return padded("{\"model\":\"" + MODEL + "\"" + more, "input", PLAIN_BYTES);
    }

    /** The same for a chat, or for the Messages API. */
    public static String chat(String more) {
        return padded("{\"model\":\"" + MODEL + "\"" + more, PLAIN_BYTES);
    }

    private static String padded(String begin, int bytes) {
        return padded(begin, "messages", bytes);
    }

    private static String padded(String begin, String messages, int bytes) {
        String head = begin + ",\"temperature\":0.7,\"" + messages + "\":[{\"role\":\"user\",\"content\":\"";
        String tail = "\"}]}";
        StringBuilder out = new StringBuilder(bytes).append(head);
        String words = "Why is the sky blue and not green? ";
        while (out.length() < bytes - tail.length()) {
            out.append(words, 0, Math.min(words.length(), bytes - tail.length() - out.length()));
        }
        return out.append(tail).toString();
    }
}
