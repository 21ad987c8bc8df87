package io.dromedary.harness;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Forms with files, byte by byte as a test wants them. */
public final class Forms {

    /** The boundary of each form that does not say another one. */
    public static final String BOUNDARY = "----form4711";

    private final String boundary;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private Forms(String boundary) {
        this.boundary = boundary;
    }

    /** An empty form. */
    public static Forms form() {
        return new Forms(BOUNDARY);
    }

    /** One with a boundary of its own. */
    public static Forms with(String boundary) {
        return new Forms(boundary);
    }

    /** Adds a text. */
    public Forms text(String name, String value) {
        return part("Content-Disposition: form-data; name=\"" + name + "\"", value.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds a file. */
    public Forms file(String name, byte[] content) {
        return part("Content-Disposition: form-data; name=\"" + name
                + "\"; filename=\"speech.mp3\"\r\nContent-Type: audio/mpeg", content);
    }

    /** Adds a part with that head. */
    public Forms part(String head, byte[] content) {
        return raw("--" + boundary + "\r\n" + head + "\r\n\r\n").raw(content).raw("\r\n");
    }

    /** Adds just these bytes. */
    public Forms raw(String text) {
        return raw(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds just these bytes. */
    public Forms raw(byte[] more) {
        bytes.writeBytes(more);
        return this;
    }

    /** The form without an end. */
    public byte[] unended() {
        return bytes.toByteArray();
    }

    /** The whole form. */
    public byte[] ended() {
        return raw("--" + boundary + "--\r\n").unended();
    }

    /** Its content type. */
    public static String type(String boundary) {
        return "multipart/form-data; boundary=" + boundary;
    }
}
