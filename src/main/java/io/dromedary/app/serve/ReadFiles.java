package io.dromedary.app.serve;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.dromedary.config.ConfigFiles;
import io.dromedary.generation.Reloading;

/**
 * What a reload tells of the files that it has read: when each was last changed, which shows whether the file that an
 * operator has edited is the one that the gateway sees.
 */
final class ReadFiles {

    private final Path config;
    private final List<Reloading.ReadFile> files = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    private ReadFiles(Path config) {
        this.config = config;
    }

    /** {@code config} and what it includes, as they are now; those that are not there are left out. */
    static ReadFiles of(Path config) {
        ReadFiles read = new ReadFiles(config);
        ConfigFiles.of(config).forEach(read::look);
        return read;
    }

    private void look(Path file) {
        try {
            String name = file.equals(config.toAbsolutePath()) ? config.toString() : file.toString();
            files.add(new Reloading.ReadFile(name, Files.getLastModifiedTime(file).toInstant()));
            if (isReplaced(file)) {
                warnings.add(name + " is mounted as a single file, and another file has taken its place since: the old "
                        + "one is read. Restart the container, or mount the folder that the file is in");
            }
        } catch (IOException e) {
            return; // the check has told it, if it matters
        }
    }

    /**
     * Whether no name leads to the file any more but the mount that it is read through. A file system that cannot say
     * says no.
     */
    private static boolean isReplaced(Path file) throws IOException {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("unix")
                && Integer.valueOf(0).equals(Files.getAttribute(file, "unix:nlink"));
    }

    /** Each with when it was last changed, the main one first. */
    List<Reloading.ReadFile> files() {
        return files;
    }

    /** What of them is not what an operator may think. */
    List<String> warnings() {
        return warnings;
    }
}
