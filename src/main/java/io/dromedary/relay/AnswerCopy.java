package io.dromedary.relay;

import java.io.ByteArrayOutputStream;

import io.dromedary.cache.AnswerRecord;

/** The first bytes of an answer, kept for steps that come after it; and all of it, where the cache is to have it. */
final class AnswerCopy {

    private final int most;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream(0);
    private final AnswerRecord record;

    /**
     * @param most   how many bytes are kept; 0 for none
     * @param record takes all of them for the cache; null where it is not to have them
     */
    AnswerCopy(int most, AnswerRecord record) {
        this.most = most;
        this.record = record;
    }

    void add(byte[] bytes) {
        if (record != null) {
            record.add(bytes);
        }
        int room = most - kept.size();
        if (room > 0) {
            kept.write(bytes, 0, Math.min(room, bytes.length));
        }
    }

    /** The client has all of the answer, of the group that it asked. */
    void whole(String type) {
        if (record != null) {
            record.whole(type);
        }
    }

    byte[] bytes() {
        return kept.toByteArray();
    }
}
