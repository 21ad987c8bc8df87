package io.dromedary.form;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parameters behind the value of a header (RFC 9110, 5.6.6), read so strictly that no other reader finds others in
 * them: each name once, no escape that could hide the end of a quoted text. Values in several pieces (RFC 2231, 3) are
 * not put together.
 */
final class HeaderParameters {

    /** A token (RFC 9110, 5.6.2). */
    static final String TOKEN = "[\\w!#$%&'*+.^`|~-]+";
    private static final Pattern PARAMETER =
            Pattern.compile("\\G[ \\t]*;[ \\t]*(" + TOKEN + ")=(?:\"([^\"]*)\"|([^\\s;\"]+))[ \\t]*");

    private HeaderParameters() {
    }

    /**
     * Name, in small letters, to value, without its quotes.
     *
     * @param written what stands behind the value, from the first semicolon on; may be empty
     * @return empty if it can be read in two ways, or is none of parameters
     */
    static Optional<Map<String, String>> read(String written) {
        Map<String, String> parameters = new HashMap<>();
        Matcher parameter = PARAMETER.matcher(written);
        int end = 0;
        while (parameter.find()) {
            end = parameter.end();
            String value = parameter.group(2) != null ? parameter.group(2) : parameter.group(3);
            // One reader takes what stands before a quote for an escape of it, another does not.
            if (parameters.put(parameter.group(1).toLowerCase(Locale.ROOT), value) != null || value.endsWith("\\")) {
                return Optional.empty();
            }
        }
        return end == written.length() ? Optional.of(parameters) : Optional.empty();
    }
}
