package io.dromedary.app.process;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Collects what is printed and hands it to the system when it is asked to, or {@value #MOST_MS} ms later: Java's own
 * hands over each line by itself, which for a line a request is a good part of its cost. What a process that is killed
 * printed last is lost.
 */
public final class StandardOutput {

    private static final int BUFFER = 64 * 1024;
    private static final long MOST_MS = 100;

    private StandardOutput() {
    }

    /** From now on, {@code System.out} is so. To be called before anything is logged. */
    public static void collects() {
        PrintStream out =
                new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER), false,
                Charset.defaultCharset());
        System.setOut(out);
        Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "standard-output");
            thread.setDaemon(true);
            return thread;
        }).scheduleWithFixedDelay(out::flush, MOST_MS, MOST_MS, TimeUnit.MILLISECONDS);
    }

    /** Hands over what has been collected: the process ends. */
    public static void ends() {
        System.out.flush();
    }
}
