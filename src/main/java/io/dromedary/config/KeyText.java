package io.dromedary.config;

import io.dromedary.findings.Findings;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;

/**
 * Takes off a key what got around it on its way: the line end of a Kubernetes secret that was made from a file, the
 * quotes that {@code docker --env-file} keeps, blanks, a byte order mark. With one of them, each request would be
 * refused, or could not even be sent.
 */
final class KeyText {

    private KeyText() {
    }

    /**
     * {@code key} as it is meant.
     *
     * @param variable where it is from; null where the configuration has it itself
     * @param findings is told if that is not how it is kept; once of each variable
     * @param place    where it is, or is referred to
     * @param path     the key of the configuration that it is for
     */
    static String of(String key, String variable, Findings findings, Place place, String path) {
        String bare = trimmed(key);
        char first = bare.isEmpty() ? ' ' : bare.charAt(0);
        if (bare.length() > 1 && (first == '"' || first == '\'') && bare.charAt(bare.length() - 1) == first) {
            bare = trimmed(bare.substring(1, bare.length() - 1));
        }
        if (!bare.equals(key)) {
            String problem = (variable == null ? "has" : "takes its value from " + variable + ", which has")
                    + " blanks, a line end or quotes around the key: they are left out";
            if (variable == null || findings.all().stream().noneMatch(found -> found.problem().equals(problem))) {
                findings.warn(Rule.VALUE_FORM, place, path, problem, "");
            }
        }
        return bare;
    }

    /** {@code value} of a header without what cannot stand at its ends (RFC 9110, 5.5). */
    static String ofHeader(String value, Findings findings, Place place, String path) {
        String bare = trimmed(value);
        if (!bare.equals(value)) {
            findings.warn(Rule.VALUE_FORM, place, path, "has blanks or a line end around it: they are left out", "");
        }
        return bare;
    }

    /** Whether {@code key} can be sent in a header. */
    static boolean canBeSent(String key) {
        return key.chars().allMatch(c -> c >= ' ' && c < 0x7F);
    }

    /** Whether a header's value holds what would end it, or worse. */
    static boolean breaksHeader(String value) {
        return value.chars().anyMatch(Character::isISOControl);
    }

    private static String trimmed(String text) {
        int from = 0;
        int end = text.length();
        while (from < end && isAround(text.charAt(from))) {
            from++;
        }
        while (end > from && isAround(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(from, end);
    }

    private static boolean isAround(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.isISOControl(c) || c == '\uFEFF';
    }
}
