package io.dromedary.form;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dromedary.client.ApiError;

/**
 * The head of one part (RFC 7578, 4.2), read so strictly that no other reader can find another name in it: each field
 * once, no line that goes on in the next, no backslash in a name and none before a quote.
 *
 * @param name     of the part
 * @param filename null where it has none
 * @param type     its content type; empty where it has none
 * @param coding   its {@code Content-Transfer-Encoding}, in small letters; empty where it has none
 * @param length   its {@code Content-Length}; empty where it has none
 */
record PartHead(String name, String filename, String type, String coding, String length) {

    private static final int DELETE = 127;
    private static final Pattern TOKEN = Pattern.compile("[\\w!#$%&'*+.^`|~-]+");
    private static final Pattern DISPOSITION = Pattern.compile("(?i)form-data((?:[ \\t]*;.*)?)");
    private static final Pattern PARAMETER =
            Pattern.compile("\\G[ \\t]*;[ \\t]*([\\w!#$%&'*+.^`|~-]+)=(?:\"([^\"]*)\"|([^\\s;\"]+))[ \\t]*");
    /** A name that is not of ASCII, as some clients still write it (RFC 8187, 3.2.1). */
    private static final Pattern ENCODED = Pattern.compile(
            "(?i)(?:utf-8|iso-8859-1)'[a-z0-9-]*'(?:%[0-9a-f]{2}|[\\w!#$&+.^`|~-])*");
    private static final Set<String> AS_IT_IS = Set.of("", "7bit", "8bit", "binary");

    /**
     * Reads the lines between a delimiter and the empty line.
     *
     * @throws ApiError 400 if they can be read in two ways, or name no part
     */
    static PartHead read(byte[] form, int from, int to) {
        Map<String, String> lines = new HashMap<>();
        for (String line : new String(form, from, to - from, StandardCharsets.UTF_8).split("\r\n")) {
            int colon = line.indexOf(':');
            if (colon < 0 || !TOKEN.matcher(line.substring(0, colon)).matches()
                    || line.chars().anyMatch(c -> c < ' ' && c != '\t' || c == DELETE)) {
                throw wrong("has a line in its head that is none of a header");
            }
            if (lines.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip())
                    != null) {
                throw wrong("has a header twice");
            }
        }
        Map<String, String> parameters = parameters(lines.getOrDefault("content-disposition", ""));
        String name = parameters.get("name");
        if (name == null || name.isEmpty() || name.contains("\\") || parameters.containsKey("name*")) {
            throw wrong("has no Content-Disposition: form-data with a name, or one that can be read in two ways");
        }
        String encoded = parameters.get("filename*");
        if (encoded != null && !ENCODED.matcher(encoded).matches()) {
            throw wrong("has a filename* that is none of RFC 8187, or in another encoding than UTF-8 and ISO-8859-1");
        }
        String coding = lines.getOrDefault("content-transfer-encoding", "").toLowerCase(Locale.ROOT);
        return new PartHead(name, parameters.getOrDefault("filename", encoded),
                lines.getOrDefault("content-type", ""), coding, lines.getOrDefault("content-length", ""));
    }

    /** Whether its value is a text: what has a file name is a file, whatever its type. */
    boolean isText() {
        String lower = type.toLowerCase(Locale.ROOT);
        return filename == null
                && (lower.isEmpty() || lower.startsWith("text/") || lower.startsWith("application/json"));
    }

    /** Whether its value stands in the form as it is meant, and is as long as its head says. */
    boolean tellsTrue(int valueLength) {
        return AS_IT_IS.contains(coding) && (length.isEmpty() || length.equals(String.valueOf(valueLength)));
    }

    private static Map<String, String> parameters(String disposition) {
        Matcher matcher = DISPOSITION.matcher(disposition);
        Map<String, String> parameters = new HashMap<>();
        if (!matcher.matches()) {
            return parameters;
        }
        Matcher parameter = PARAMETER.matcher(matcher.group(1));
        int end = 0;
        while (parameter.find()) {
            end = parameter.end();
            String value = parameter.group(2) != null ? parameter.group(2) : parameter.group(3);
            // One reader takes what stands before a quote for an escape of it, another does not.
            if (parameters.put(parameter.group(1).toLowerCase(Locale.ROOT), value) != null || value.endsWith("\\")) {
                return Map.of();
            }
        }
        return end == matcher.group(1).length() ? parameters : Map.of();
    }

    private static ApiError wrong(String what) {
        return ApiError.badRequest("invalid_form", null, "A part of the form " + what);
    }
}
