package io.dromedary.settings;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;

import io.dromedary.files.FileReading;

/**
 * The tunables of {@code application.properties}, typed. A JVM property ({@code -Dkey=value}) wins over an environment
 * variable (the key in capitals, every other character an underscore, as Camel looks them up), which wins over the
 * file. Values are read when asked for; a missing key or one of the wrong form is a {@link SettingFault} that names it.
 */
public final class Settings {

    private final Function<String, Optional<String>> lookup;

    private Settings(Function<String, Optional<String>> lookup) {
        this.lookup = lookup;
    }

    /**
     * Reads {@code file} and lets JVM properties and {@code environment} override it.
     *
     * @throws SettingFault if the file cannot be read
     */
    public static Settings fromFile(Path file, Map<String, String> environment) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(new FileReading().text(file)));
        } catch (IOException e) {
            throw new SettingFault(file + " " + e.getMessage() + ": put the shipped application.properties there");
        }
        return new Settings(key -> Optional.ofNullable(System.getProperty(key))
                .or(() -> Optional.ofNullable(environment.get(variable(key))))
                .or(() -> Optional.ofNullable(properties.getProperty(key)))
                .map(String::trim));
    }

    /** Reads through {@code lookup}, which applies an order of its own: Camel's, for {@code camel run}. */
    public static Settings of(Function<String, Optional<String>> lookup) {
        return new Settings(key -> lookup.apply(key).map(String::trim));
    }

    /**
     * The environment variable that overrides {@code key}: {@code gateway.timeout.idle} is
     * {@code GATEWAY_TIMEOUT_IDLE}.
     */
    public static String variable(String key) {
        // By hand: each value that is read asks for it, several hundred times in a start.
        char[] name = key.toUpperCase(Locale.ROOT).toCharArray();
        for (int i = 0; i < name.length; i++) {
            boolean plain = name[i] >= 'A' && name[i] <= 'Z' || name[i] >= '0' && name[i] <= '9';
            name[i] = plain ? name[i] : '_';
        }
        return new String(name);
    }

    /** The value of {@code key}, possibly empty. */
    public String text(String key) {
        return lookup.apply(key).orElseThrow(() -> new SettingFault(
                key + " is missing: add it to application.properties as the shipped file has it"));
    }

    /** Whether {@code key} is set, be it to nothing. */
    public boolean isThere(String key) {
        return lookup.apply(key).isPresent();
    }

    /** The value of {@code key} if it is set and not blank. */
    public Optional<String> given(String key) {
        return lookup.apply(key).filter(value -> !value.isBlank());
    }

    /** A whole number, not negative. */
    public long number(String key) {
        String value = text(key);
        try {
            long number = Long.parseLong(value);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, in the words that help
        }
        throw new SettingFault(key + " is '" + value + "': write a whole number that is not negative");
    }

    /** A whole number that fits an int. */
    public int count(String key) {
        long number = number(key);
        if (number > Integer.MAX_VALUE) {
            throw new SettingFault(key + " is " + number + ": write at most " + Integer.MAX_VALUE);
        }
        return (int) number;
    }

    /** {@code true} or {@code false}, in any case. */
    public boolean flag(String key) {
        String value = text(key);
        if (value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false")) {
            return Boolean.parseBoolean(value);
        }
        throw new SettingFault(key + " is '" + value + "': write true or false");
    }

    /** A comma-separated list, without blanks; empty if the value is. */
    public List<String> list(String key) {
        return Arrays.stream(text(key).split(",")).map(String::trim).filter(item -> !item.isEmpty()).toList();
    }
}
