package io.dromedary.app.process;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Hands {@code LITELLM_LOG} to the logging library, which reads it when the first logger is made: so this comes before
 * any.
 */
public final class LogLevel {

    private static final Set<String> LEVELS = Set.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR");

    private LogLevel() {
    }

    /** Python's names are understood: WARNING is WARN, CRITICAL is ERROR. Anything else is INFO. */
    public static void set(Optional<String> level) {
        String name = level.map(value -> value.toUpperCase(Locale.ROOT)).orElse("INFO");
        String known = switch (name) {
            case "WARNING" -> "WARN";
            case "CRITICAL" -> "ERROR";
            default -> LEVELS.contains(name) ? name : "INFO";
        };
        System.setProperty("dromedary.log.level", known);
    }

    /** Logs nothing: for commands whose output is a report that a program may read. */
    public static void off() {
        System.setProperty("dromedary.log.level", "OFF");
        System.setProperty("dromedary.log.libraries", "OFF");
    }
}
