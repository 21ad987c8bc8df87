package io.dromedary.operator.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** The page's files are those that are listed, and its libraries those that npm has. */
class PageFilesTest {

    private static final Path FOLDER = Path.of("src/main/resources/ui");
    private static final Path VENDOR = FOLDER.resolve("vendor");

    private static Set<String> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static List<String> linesOf(Path file) throws IOException {
        return Files.readAllLines(file).stream().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
    }

    @Test
    void theListNamesEachFileOfThePage() throws IOException {
        Set<String> files = filesIn(FOLDER);
        files.remove("files.txt");
        assertEquals(files, new TreeSet<>(linesOf(FOLDER.resolve("files.txt"))));
    }

    @Test
    void eachLibraryAndItsLicenceIsTheFileThatTheLockNames() throws Exception {
        TreeMap<String, String> locked = new TreeMap<>();
        for (String line : linesOf(Path.of("src/main/ui/vendor.lock"))) {
            String[] words = line.split(" ");
            locked.put(words[1], words[0]);
        }
        TreeMap<String, String> found = new TreeMap<>();
        for (String file : filesIn(VENDOR)) {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(VENDOR.resolve(file)));
            found.put(file, HexFormat.of().formatHex(sum));
        }
        assertFalse(found.isEmpty());
        assertEquals(locked, found);
    }

    @Test
    void noFileOfThePageHasMarkupThatItsPolicyRefuses() throws IOException {
        for (String name : filesIn(FOLDER)) {
            String text = Files.readString(FOLDER.resolve(name));
            if (name.endsWith(".html")) {
                assertFalse(text.matches("(?s).*(<script>|<style|style=| on[a-z]+=|javascript:).*"), name);
            }
            if (!name.startsWith("vendor/")) {
                assertFalse(text.contains("dangerouslySetInnerHTML") || text.contains("innerHTML"), name);
            }
        }
    }
}
