package io.dromedary.harness;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/**
 * Looks for the tests' keys in every line that is logged and in every answer that a client of the harness gets,
 * whatever the test is about. A gateway that let one out fails its test when it is closed.
 */
public final class KeyLeaks extends AppenderBase<ILoggingEvent> {

    private static final List<String> KEYS = List.of(RunningGateway.KEY, RunningGateway.CLOUD_KEY);
    private static final KeyLeaks WATCH = new KeyLeaks();

    private final List<String> found = new CopyOnWriteArrayList<>();

    private KeyLeaks() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        setContext(root.getLoggerContext());
        start();
        root.addAppender(this);
        // Its lines go to an appender of their own and not to the root's.
        ((Logger) LoggerFactory.getLogger("dromedary.access")).addAppender(this);
    }

    /**
     * Begins to watch, if that has not begun. What was found before stays found: a late line of log fails the next
     * test.
     */
    public static void watch() {
        WATCH.start();
    }

    /** Looks through what a client got. */
    public static void lookThrough(String answer) {
        WATCH.look(answer);
    }

    /** Where keys were found since this was asked last; asking forgets them. */
    public static List<String> found() {
        List<String> all = List.copyOf(WATCH.found);
        WATCH.found.removeAll(all);
        return all;
    }

    @Override
    protected void append(ILoggingEvent event) {
        String trace = event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy());
        look(event.getFormattedMessage() + trace);
    }

    private void look(String text) {
        if (KEYS.stream().anyMatch(text::contains)) {
            found.add(text);
        }
    }
}
