package io.dromedary.relay;

import java.io.ByteArrayOutputStream;

/** The first bytes of an answer, kept for steps that come after it. */
final class AnswerCopy {

    private final int most;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream(0);

    /** @param most how many bytes are kept; 0 for none */
    AnswerCopy(int most) {
        this.most = most;
    }

    void add(byte[] bytes) {
        int room = most - kept.size();
        if (room > 0) {
            kept.write(bytes, 0, Math.min(room, bytes.length));
        }
    }

    byte[] bytes() {
        return kept.toByteArray();
    }
}
