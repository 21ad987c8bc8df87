package io.dromedary.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads files that an operator names, at the start and at each reload: 3 MiB of them together, which is as much as the
 * reader of YAML takes of one. A device without end or a log that is named by mistake would else take the memory of a
 * gateway that serves. Not safe for several threads.
 */
public final class FileReading {

    private static final int MOST_BYTES = 3 * 1024 * 1024;

    private int left = MOST_BYTES;

    /**
     * All bytes of {@code file}.
     *
     * @throws UnreadableFile if it is longer than what is left, or no file that can be read twice
     */
    public byte[] bytes(Path file) throws UnreadableFile {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            // A pipe may never say anything, and is empty at the next reload.
            throw new UnreadableFile("is a folder, a device or a pipe, and no file");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(left + 1);
        } catch (IOException e) {
            throw new UnreadableFile("cannot be read");
        }
        if (bytes.length > left) {
            String bound = "longer than " + MOST_BYTES / (1024 * 1024) + " MiB";
            throw new UnreadableFile(left == MOST_BYTES ? "is " + bound : "and what was read before are " + bound);
        }
        left -= bytes.length;
        return bytes;
    }

    /**
     * The text of {@code file}.
     *
     * @throws UnreadableFile as {@link #bytes}, or if it is no text in UTF-8
     */
    public String text(Path file) throws UnreadableFile {
        byte[] bytes = bytes(file);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new UnreadableFile("is no text in UTF-8");
        }
    }
}
