package io.dromedary.app.process;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;

import io.dromedary.log.GatewayLog;
import io.dromedary.log.LineQueue;

/**
 * What the process prints. Java's own hands over each line by itself, which for a line a request is a good part of its
 * cost, and a request waits for whoever reads it; this one does neither. What a process that is killed printed last is
 * lost.
 */
public final class StandardOutput {

    private static final long LAST_LINES_MS = 2000;
    private static final LineQueue LINES = new LineQueue(new FileOutputStream(FileDescriptor.out));

    private static volatile boolean serving;

    private StandardOutput() {
    }

    /** From now on, {@code System.out} is so. To be called before anything is logged. */
    public static void collects() {
        System.setOut(new PrintStream(LINES, false, Charset.defaultCharset()));
        if (System.getProperty("logback.configurationFile") == null) {
            GatewayLog.wholeLinesTo(LINES); // a team's own configuration may lead them elsewhere
        }
    }

    /** Whether a person reads it: the launcher tells whether it is a terminal, since Java 17 cannot ask. */
    public static boolean isTerminal() {
        String told = System.getProperty("dromedary.terminal");
        return told == null ? System.console() != null : Boolean.parseBoolean(told);
    }

    /**
     * From now on a reader that stands still stops nobody: lines are dropped, and counted. Not for a command's report.
     */
    public static void waitsForNobody() {
        serving = true;
        LINES.dropsLines();
    }

    /** How many lines were dropped since the start. */
    public static long dropped() {
        return LINES.dropped();
    }

    /** Hands over what has been collected: the process ends. A report waits for its reader, a log for two seconds. */
    public static void ends() {
        System.out.flush();
        LINES.drain(serving ? LAST_LINES_MS : Long.MAX_VALUE / 1_000_000);
    }
}
