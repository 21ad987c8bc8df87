package io.dromedary.form;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dromedary.client.ApiError;

/**
 * What stands between the parts of a form (RFC 2046, 5.1.1): two dashes and the {@code boundary} of the content type,
 * at the beginning of a line.
 */
final class Boundary {

    /** What it may hold; no blank at its end. */
    private static final Pattern ALLOWED = Pattern.compile("[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]");
    /** One parameter of a content type: a token or a quoted text (RFC 9110, 5.6.6). */
    private static final Pattern PARAMETER =
            Pattern.compile("\\G[ \\t]*;[ \\t]*([\\w!#$%&'*+.^`|~-]+)=(?:\"([^\"\\\\]*)\"|([^\\s;\"]*))[ \\t]*");
    private static final int LONGEST_TYPE = 1024;

    private Boundary() {
    }

    /** Whether {@code contentType}, not null, is that of a form with files. */
    static boolean isForm(String contentType) {
        return contentType.toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
    }

    /**
     * The line between two parts, with the line end before it.
     *
     * @param contentType of a form
     * @throws ApiError 400 if it names no boundary, two, or one that there cannot be
     */
    static byte[] delimiter(String contentType) {
        return ("\r\n--" + of(contentType).filter(boundary -> ALLOWED.matcher(boundary).matches())
                .orElseThrow(() -> ApiError.badRequest("invalid_form", null, "The Content-Type of the form must be"
                        + " multipart/form-data with one boundary, of 1 to 70 characters")))
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static Optional<String> of(String contentType) {
        if (contentType.length() > LONGEST_TYPE) {
            return Optional.empty();
        }
        String parameters = contentType.substring("multipart/form-data".length());
        Matcher parameter = PARAMETER.matcher(parameters);
        String boundary = null;
        int end = 0;
        while (parameter.find()) {
            end = parameter.end();
            if (parameter.group(1).equalsIgnoreCase("boundary")) {
                if (boundary != null) {
                    return Optional.empty();
                }
                boundary = parameter.group(2) != null ? parameter.group(2) : parameter.group(3);
            }
        }
        return end == parameters.length() ? Optional.ofNullable(boundary) : Optional.empty();
    }
}
