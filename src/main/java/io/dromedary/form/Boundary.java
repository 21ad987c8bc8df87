package io.dromedary.form;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

import io.dromedary.client.ApiError;

/**
 * What stands between the parts of a form (RFC 2046, 5.1.1): two dashes and the {@code boundary} of the content type,
 * at the beginning of a line.
 */
final class Boundary {

    /** What it may hold; no blank at its end. */
    private static final Pattern ALLOWED = Pattern.compile("[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]");
    /** What all readers take unquoted. */
    private static final Pattern PLAIN = Pattern.compile("[0-9A-Za-z_.-]+");
    /** The length of a line end and two dashes. */
    private static final int BEFORE = 4;
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

    /** The content type of a form with that delimiter. */
    static String type(byte[] delimiter) {
        String boundary = new String(delimiter, BEFORE, delimiter.length - BEFORE, StandardCharsets.US_ASCII);
        return "multipart/form-data; boundary="
                + (PLAIN.matcher(boundary).matches() ? boundary : "\"" + boundary + "\"");
    }

    private static Optional<String> of(String contentType) {
        if (contentType.length() > LONGEST_TYPE) {
            return Optional.empty();
        }
        return HeaderParameters.ofType(contentType.substring("multipart/form-data".length()))
                .map(parameters -> parameters.get("boundary"));
    }
}
