package io.dromedary.app.serve;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;

import io.dromedary.config.ConfigFiles;
import io.dromedary.files.FileReading;
import io.dromedary.files.UnreadableFile;

/**
 * The files that a generation is made of: the tunables, the route files, the configuration with what it includes. They
 * are looked at, not listened to: an editor that writes by renaming, Kubernetes' exchange of a symbolic link and a
 * mounted folder are all the same then. Used by one thread.
 */
final class WatchedFiles {

    private final Path properties;
    private final Path routes;
    private final Path config;
    private List<Path> included = List.of();
    private String mainStamp = "";

    /**
     * @param properties the file of tunables
     * @param routes     the folder with the route files
     * @param config     the configuration
     */
    WatchedFiles(Path properties, Path routes, Path config) {
        this.properties = properties;
        this.routes = routes;
        this.config = config;
    }

    /** What changes when a file may have changed: cheap, made without opening any. */
    String stamp(List<Path> files) {
        StringBuilder stamp = new StringBuilder();
        for (Path file : files) {
            stamp.append(file).append(' ');
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                stamp.append(attributes.lastModifiedTime()).append(' ').append(attributes.size()).append(' ')
                        .append(attributes.fileKey()).append(' ').append(Files.isReadable(file));
            } catch (IOException e) {
                stamp.append("not there");
            }
            stamp.append('\n');
        }
        return stamp.toString();
    }

    /** All of them as they are now, those that should be there and are not too. */
    List<Path> now() {
        List<Path> files = new ArrayList<>(List.of(properties));
        try (Stream<Path> found = Files.list(routes)) {
            found.filter(file -> file.getFileName().toString().endsWith(".camel.yaml")).sorted().forEach(files::add);
        } catch (IOException e) {
            files.add(routes);
        }
        files.addAll(configuration());
        return files;
    }

    /** The configuration and what it includes, which only reading it tells: read anew when it has changed. */
    private List<Path> configuration() {
        String now = stamp(List.of(config));
        if (included.isEmpty() || !now.equals(mainStamp)) {
            mainStamp = now;
            included = ConfigFiles.of(config); // after the stamp: a change in between is seen the next time
        }
        return included;
    }

    /**
     * What changes when a file's content does: checksums, which the processor makes of megabytes at a start before any
     * of Java is compiled. Nobody gains by two contents with the same one.
     */
    String digest(List<Path> files) {
        StringBuilder digest = new StringBuilder();
        for (Path file : files) {
            byte[] content = content(file);
            CRC32 checksum = new CRC32();
            checksum.update(content);
            digest.append(file).append(' ').append(content.length).append(' ').append(checksum.getValue()).append('\n');
        }
        return digest.toString();
    }

    private static byte[] content(Path file) {
        try {
            return Files.isRegularFile(file) ? new FileReading().bytes(file) : new byte[0];
        } catch (UnreadableFile e) {
            return e.getMessage().getBytes(StandardCharsets.UTF_8); // a reload tells it
        }
    }
}
