package io.dromedary.form;

import java.util.List;
import java.util.Map;

import io.dromedary.client.ApiError;

/**
 * A form with files, as a client has sent it ({@code multipart/form-data}, RFC 7578). To the steps of the routes it is
 * the JSON object of its fields, so that what they do to other requests they do to it; its files stay here. What goes
 * upstream is what came, byte for byte, but for the fields that are others in that JSON by then.
 */
public final class Form {

    private final byte[] bytes;
    private final byte[] delimiter;
    private final List<FormPart> parts;
    private final Map<String, List<FormPart>> fields;
    private final byte[] json;

    private Form(byte[] bytes, byte[] delimiter, List<FormPart> parts) {
        this.bytes = bytes;
        this.delimiter = delimiter;
        this.parts = parts;
        this.fields = FormFields.byField(parts);
        this.json = FormFields.json(bytes, fields);
    }

    /** Whether a body of that type, which may be null, is such a form. */
    public static boolean isForm(String contentType) {
        return contentType != null && Boundary.isForm(contentType);
    }

    /**
     * Reads one.
     *
     * @param bytes       the body; must not be changed afterwards
     * @param contentType as {@link #isForm} has found it
     * @param mostParts   how many parts it may have
     * @throws ApiError 400, with what is wrong
     */
    public static Form read(byte[] bytes, String contentType, int mostParts) {
        byte[] delimiter = Boundary.delimiter(contentType);
        return new Form(bytes, delimiter, new FormReader(bytes, delimiter, mostParts).read());
    }

    /** Its content type with no parameter but the boundary: in others, some readers find another boundary. */
    public String contentType() {
        return Boundary.type(delimiter);
    }

    /** Its fields as a JSON object. */
    public byte[] json() {
        return json;
    }

    /**
     * How many bytes {@link #with} takes, about.
     *
     * @param changed how many bytes its fields have as JSON then
     */
    public long takes(int changed) {
        return (long) bytes.length + changed;
    }

    /**
     * The form with the values of {@code changed}: a part whose value is the same stands as it came, another one is
     * written anew, a field that is missing is left out, and one that the form has not is added at its end.
     *
     * @param changed what has become of {@link #json}
     * @throws ApiError                             400 if a value holds the boundary
     * @throws io.dromedary.client.RouteStepError if a step has made something of it that no form can hold
     */
    public byte[] with(byte[] changed) {
        return new FormWriter(bytes, delimiter, parts, fields).write(json, changed);
    }
}
