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
 * once, no line that goes on in the next, no parameter but those of a form, and a name without what some readers take
 * away, unescape or read as an index.
 *
 * @param name     of the part
 * @param filename null where it has none
 * @param type     its content type
 * @param coding   its {@code Content-Transfer-Encoding}, in small letters; empty where it has none
 * @param length   its {@code Content-Length}; empty where it has none
 */
record PartHead(String name, String filename, PartType type, String coding, String length) {

    private static final int DELETE = 127;
    private static final Pattern TOKEN = Pattern.compile(HeaderParameters.TOKEN);
    private static final Pattern DISPOSITION = Pattern.compile("(?is)form-data((?:[ \\t]*;.*)?)");
    /** Others could be taken for headers, or for a piece of a name (RFC 2231, 3). The last four are of RFC 2183. */
    private static final Set<String> PARAMETERS = Set.of("name", "filename", "filename*", "size", "creation-date",
            "modification-date", "read-date");
    /** Some readers look for it anywhere, in a file's name too. */
    private static final Pattern NAME = Pattern.compile("(?i)\\bname\\s*=");
    /** A name that is not of ASCII, as some clients still write it (RFC 8187, 3.2.1). */
    private static final Pattern ENCODED = Pattern.compile(
            "(?i)(?:utf-8|iso-8859-1)'[a-z0-9-]*'(?:%[0-9a-f]{2}|[\\w!#$&+.^`|~-])*+");
    /** Some readers trim these, Netty's for one, or unescape them, or drop what is before them. */
    private static final Pattern AMBIGUOUS = Pattern.compile("(?U)\\A[\\s:,;=/]|[\\s:,;=]\\z|[\\p{C}\\\\'*]");
    /** Some readers know no case, and some read an index: the field would be another one there. */
    private static final Pattern LIKE_MODEL = Pattern.compile("(?!model(?:\\[])?\\z)(?i:model(?:\\[.*)?)");
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
            if (lines.put(line.substring(0, colon).toLowerCase(Locale.ROOT), trimmed(line.substring(colon + 1)))
                    != null) {
                throw wrong("has a header twice");
            }
        }
        Map<String, String> parameters = parameters(lines.getOrDefault("content-disposition", ""));
        String name = parameters.get("name");
        if (name == null || name.isEmpty() || AMBIGUOUS.matcher(name).find() || LIKE_MODEL.matcher(name).matches()
                || !PARAMETERS.containsAll(parameters.keySet())) {
            throw wrong("has no Content-Disposition: form-data with a name, or a name, a file name or another parameter"
                    + " there that can be read in two ways");
        }
        String encoded = parameters.get("filename*");
        if (encoded != null && !ENCODED.matcher(encoded).matches()) {
            throw wrong("has a filename* that is none of RFC 8187, or in another encoding than UTF-8 and ISO-8859-1");
        }
        String coding = lines.getOrDefault("content-transfer-encoding", "").toLowerCase(Locale.ROOT);
        PartType type = PartType.read(lines.getOrDefault("content-type", "")).orElseThrow(
                () -> wrong("has a malformed Content-Type, or one with a parameter such as name or filename"));
        return new PartHead(name, parameters.getOrDefault("filename", encoded), type, coding,
                lines.getOrDefault("content-length", ""));
    }

    /** Whether its value is a text: what has a file name is a file, whatever its type. */
    boolean isText() {
        return filename == null && type.isText();
    }

    /** Whether its value stands in the form as it is meant, and is as long as its head says. */
    boolean tellsTrue(int valueLength) {
        return AS_IT_IS.contains(coding) && (length.isEmpty() || length.equals(String.valueOf(valueLength)));
    }

    /** Without the blanks of RFC 9110, 5.6.3: others, of Unicode, belong to the value. */
    private static String trimmed(String value) {
        int from = 0;
        int to = value.length();
        while (from < to && (value.charAt(from) == ' ' || value.charAt(from) == '\t')) {
            from++;
        }
        while (from < to && (value.charAt(to - 1) == ' ' || value.charAt(to - 1) == '\t')) {
            to--;
        }
        return value.substring(from, to);
    }

    private static Map<String, String> parameters(String disposition) {
        Matcher matcher = DISPOSITION.matcher(disposition);
        return matcher.matches() && NAME.matcher(disposition).results().limit(2).count() == 1
                ? HeaderParameters.ofDisposition(matcher.group(1)).orElse(Map.of()) : Map.of();
    }

    private static ApiError wrong(String what) {
        return ApiError.badRequest("invalid_form", null, "A part of the form " + what);
    }
}
