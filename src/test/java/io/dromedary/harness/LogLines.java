package io.dromedary.harness;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/** What is logged from now on, a line an event, with its stack trace. */
public final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final List<String> lines = new CopyOnWriteArrayList<>();

    private final Logger logger;

    private LogLines(String name) {
        logger = (Logger) LoggerFactory.getLogger(name);
        setContext(logger.getLoggerContext());
        start();
        logger.addAppender(this);
    }

    /** Begins to collect what all loggers write but that of requests. */
    public static LogLines collect() {
        return new LogLines(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    /** Begins to collect the lines of requests. */
    public static LogLines ofRequests() {
        return new LogLines("dromedary.access");
    }

    /** All so far. */
    public List<String> lines() {
        return lines;
    }

    @Override
    protected void append(ILoggingEvent event) {
        lines.add(event.getFormattedMessage() + (event.getThrowableProxy() == null ? "" : "\n"
                + ThrowableProxyUtil.asString(event.getThrowableProxy())));
    }

    @Override
    public void close() {
        logger.detachAppender(this);
    }
}
