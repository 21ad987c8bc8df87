package io.dromedary.harness;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.dromedary.observe.RecordReader;
import io.dromedary.observe.RequestRecord;

/** A reader of records as a team would add one: found by its name in {@code META-INF/services}. */
public final class RecordingReader implements RecordReader {

    private static final List<RequestRecord> READ = new CopyOnWriteArrayList<>();
    private static volatile boolean reading;

    /** From now on, all of them in this process keep what they read. */
    public static void begin() {
        READ.clear();
        reading = true;
    }

    /** Forgets what was read; from now on, nothing is kept. */
    public static void end() {
        reading = false;
        READ.clear();
    }

    /** What all of them in this process have read since {@link #begin}. */
    public static List<RequestRecord> read() {
        return List.copyOf(READ);
    }

    @Override
    public void ended(RequestRecord record) {
        if (reading) {
            READ.add(record);
        }
    }
}
