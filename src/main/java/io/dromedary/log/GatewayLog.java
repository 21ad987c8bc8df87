package io.dromedary.log;

import java.nio.charset.StandardCharsets;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way to write a line of log. Values are quoted and cut as {@link LogValue} has it, so that nothing from
 * outside can forge a line or fill the log; numbers and what {@link #own} marks are written as they are. Nothing else
 * in the gateway uses SLF4J.
 */
public final class GatewayLog {

    private static volatile LineQueue wholeLines;

    private final Logger logger;

    private GatewayLog(Logger logger) {
        this.logger = logger;
    }

    /** The log under the name of a class. */
    public static GatewayLog of(Class<?> type) {
        return new GatewayLog(LoggerFactory.getLogger(type));
    }

    /** The log of that name. */
    public static GatewayLog named(String name) {
        return new GatewayLog(LoggerFactory.getLogger(name));
    }

    /** A text of the gateway's own, or one whose values have been quoted; line ends in it are still replaced. */
    public static Object own(String text) {
        return new Own(text);
    }

    private record Own(String text) {
    }

    /** Whether a line at INFO would be written. */
    public boolean isInfo() {
        return logger.isInfoEnabled();
    }

    /**
     * Writes a line at INFO.
     *
     * @param format the line, with {@code {}} for each value
     */
    public void info(String format, Object... values) {
        if (logger.isInfoEnabled()) {
            logger.info(format, written(values));
        }
    }

    /**
     * Writes a whole line at INFO as it is, without a look through it, and to where {@link #wholeLinesTo} has said: for
     * a line a request, the logger's own work costs as much as the making of the line.
     *
     * @param line   in UTF-8; has visible characters alone, also where it holds something from outside, and a line feed
     *               at its end
     * @param length how many bytes of {@code line} it has
     */
    public void wholeLine(byte[] line, int length) {
        if (!logger.isInfoEnabled()) {
            return;
        }
        LineQueue queue = wholeLines;
        if (queue == null) {
            logger.info(new String(line, 0, length - 1, StandardCharsets.UTF_8));
        } else {
            queue.write(line, 0, length);
        }
    }

    /**
     * From now on, whole lines go to that queue and no longer through the logger, which still says by its level whether
     * they are written.
     */
    public static void wholeLinesTo(LineQueue queue) {
        wholeLines = queue;
    }

    /** As {@link #info}, at WARN. */
    public void warn(String format, Object... values) {
        logger.warn(format, written(values));
    }

    /** As {@link #info}, at ERROR. */
    public void error(String format, Object... values) {
        logger.error(format, written(values));
    }

    /** As {@link #info}, at DEBUG. */
    public void debug(String format, Object... values) {
        if (logger.isDebugEnabled()) {
            logger.debug(format, written(values));
        }
    }

    /** A throwable is for SLF4J, which takes it last and writes its stack. */
    private static Object[] written(Object[] values) {
        Object[] written = new Object[values.length];
        for (int i = 0; i < values.length; i++) {
            written[i] = written(values[i]);
        }
        return written;
    }

    private static Object written(Object value) {
        if (value instanceof Number || value instanceof Boolean || value instanceof Enum<?>
                || value instanceof Throwable) {
            return value;
        }
        return value instanceof Own own ? LogValue.oneLine(own.text()) : LogValue.word(String.valueOf(value));
    }
}
