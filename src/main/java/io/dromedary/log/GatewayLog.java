package io.dromedary.log;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way to write a line of log. Values are quoted and cut as {@link LogValue} has it, so that nothing from
 * outside can forge a line or fill the log; numbers and what {@link #own} marks are written as they are. Nothing else
 * in the gateway uses SLF4J.
 */
public final class GatewayLog {

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
