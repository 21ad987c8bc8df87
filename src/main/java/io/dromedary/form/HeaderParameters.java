package io.dromedary.form;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parameters behind the value of a header (RFC 9110, 5.6.6), read strictly: each name once, and no escape that
 * could hide the end of a quoted text. Values in several pieces (RFC 2231, 3) are not put together.
 */
final class HeaderParameters {

    /** A token (RFC 9110, 5.6.2). */
    static final String TOKEN = "[\\w!#$%&'*+.^`|~-]+";
    /** Unquoted, the name of a list is taken too. */
    private static final Pattern OF_DISPOSITION = parameter(TOKEN + "(?:\\[])?");
    /** Unquoted, browsers write {@code codecs=vp8,opus}. */
    private static final Pattern OF_TYPE = parameter("[^\\s;\"]+");

    private HeaderParameters() {
    }

    private static Pattern parameter(String unquoted) {
        return Pattern.compile("\\G[ \\t]*;[ \\t]*(" + TOKEN + ")=(?:\"([^\"]*)\"|(" + unquoted + "))[ \\t]*");
    }

    /**
     * Those of a {@code Content-Disposition}.
     *
     * @param written what stands behind the value, from the first semicolon on; may be empty
     * @return name, in small letters, to value, without its quotes; empty if they are malformed, or can be read in two
     *         ways
     */
    static Optional<Map<String, String>> ofDisposition(String written) {
        return read(OF_DISPOSITION, written);
    }

    /** Those of a {@code Content-Type}, likewise. A last semicolon with nothing behind it is allowed there. */
    static Optional<Map<String, String>> ofType(String written) {
        return read(OF_TYPE, written.endsWith(";") ? written.substring(0, written.length() - 1) : written);
    }

    private static Optional<Map<String, String>> read(Pattern pattern, String written) {
        Map<String, String> parameters = new HashMap<>();
        Matcher parameter = pattern.matcher(written);
        int end = 0;
        while (parameter.find()) {
            end = parameter.end();
            String value = parameter.group(2) != null ? parameter.group(2) : parameter.group(3);
            // Some readers take a backslash before a quote for an escape, others do not.
            if (parameters.put(parameter.group(1).toLowerCase(Locale.ROOT), value) != null || value.endsWith("\\")) {
                return Optional.empty();
            }
        }
        return end == written.length() ? Optional.of(parameters) : Optional.empty();
    }
}
