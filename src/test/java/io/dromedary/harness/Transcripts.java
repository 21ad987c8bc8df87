package io.dromedary.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What a real llama-server said: see the README beside the recordings. */
public final class Transcripts {

    private Transcripts() {
    }

    /** The request's body in recording {@code name}. */
    public static String requestBody(String name) {
        String request = parts(name)[0];
        String body = request.substring(request.indexOf("\r\n\r\n") + 4);
        return utf8(body.endsWith("\n") ? body.substring(0, body.length() - 1) : body);
    }

    /** The reply's bytes in recording {@code name}. */
    public static byte[] reply(String name) {
        return parts(name)[1].getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String utf8(String latin1) {
        return new String(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static String[] parts(String name) {
        try (InputStream in = Transcripts.class.getResourceAsStream("/llama-server/" + name + ".http")) {
            String all = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            int line = all.indexOf("============================== reply");
            return new String[] {all.substring(0, line), all.substring(all.indexOf('\n', line) + 1)};
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
