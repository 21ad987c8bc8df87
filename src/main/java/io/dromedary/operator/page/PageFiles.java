package io.dromedary.operator.page;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The page's files by the path at which each is served, read once from the class path; {@code ui/files.txt} lists them.
 * What is no HTML is served below a folder named after the bytes of all of it: another version of the page has other
 * addresses, so a browser may keep them for ever, and the modules find each other by relative paths. The style of what
 * is seen first comes within the HTML: the first paint waits for no other file.
 */
final class PageFiles {

    /** Where the page is; with and without a slash at its end. */
    static final String PAGE = "/ui";

    private static final String INDEX = "index.html";
    private static final String ASSETS = "assets/";
    private static final String FOLDER = "/ui/";
    private static final String FIRST_STYLE = "style/base.css";

    private final Map<String, PageFile> byPath = new HashMap<>();
    private final String firstStyleHash;

    private PageFiles(Map<String, byte[]> files) {
        String version = versionOf(files);
        files.forEach((name, bytes) -> {
            if (!name.equals(INDEX)) {
                byPath.put(PAGE + "/" + ASSETS + version + "/" + name, PageFile.of(name, bytes));
            }
        });
        String firstStyle = new String(files.get(FIRST_STYLE), StandardCharsets.UTF_8);
        firstStyleHash = "sha256-" + Base64.getEncoder().encodeToString(
                PageFile.sha256(firstStyle.getBytes(StandardCharsets.UTF_8)));
        String index = new String(files.get(INDEX), StandardCharsets.UTF_8).replace(
                "<link rel=\"stylesheet\" href=\"" + ASSETS + FIRST_STYLE + "\">", "<style>" + firstStyle + "</style>");
        // A relative address starts from the folder of the one that the browser shows.
        byPath.put(PAGE + "/", indexFor(index, ASSETS + version + "/"));
        byPath.put(PAGE, indexFor(index, PAGE.substring(1) + "/" + ASSETS + version + "/"));
    }

    private static PageFile indexFor(String index, String assets) {
        return PageFile.of(INDEX, index.replace("\"" + ASSETS, "\"" + assets).getBytes(StandardCharsets.UTF_8));
    }

    private static String versionOf(Map<String, byte[]> files) {
        ByteArrayOutputStream tags = new ByteArrayOutputStream();
        files.forEach((name, bytes) ->
                tags.writeBytes((name + " " + PageFile.tagOf(bytes) + "\n").getBytes(StandardCharsets.UTF_8)));
        return PageFile.tagOf(tags.toByteArray());
    }

    /**
     * Reads and compresses them: some hundred milliseconds of work at the most.
     *
     * @throws UncheckedIOException if the class path lacks one that is listed
     */
    static PageFiles read() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String name : names()) {
            files.put(name, bytesOf(name));
        }
        return new PageFiles(files);
    }

    private static List<String> names() {
        return new String(bytesOf("files.txt"), StandardCharsets.UTF_8).lines()
                .map(String::strip).filter(line -> !line.isEmpty() && !line.startsWith("#")).toList();
    }

    private static byte[] bytesOf(String name) {
        try (InputStream in = PageFiles.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new FileNotFoundException("The class path has no " + FOLDER + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The hash of the style within the HTML, as a Content-Security-Policy names it. */
    String firstStyleHash() {
        return firstStyleHash;
    }

    /** What is served at that path, as the client wrote it; null for none. */
    PageFile at(String path) {
        return byPath.get(path);
    }
}
