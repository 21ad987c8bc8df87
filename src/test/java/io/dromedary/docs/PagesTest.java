package io.dromedary.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** No page, comment, Javadoc or message of the tree names a page, or a heading of one, that is not there. */
class PagesTest {

    private static final Path ROOT = Path.of("").toAbsolutePath();
    private static final Set<String> NOT_OURS = Set.of(".git", "target", "node_modules", ".idea", ".vscode",
            "package-lock.json");
    private static final Set<String> OF_A_BUILD = Set.of("route-coverage.md", "providers.md");
    private static final Pattern PAGE = Pattern.compile("(?<![\\w/.:*-])((?:\\.{1,2}/)?[\\w-][\\w./-]*\\.md)\\b");
    private static final Pattern IN_DOCS = Pattern.compile("(?<![\\w/.:*-])(docs/[\\w-][\\w./-]*[\\w-])");
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```");

    private static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all.filter(Files::isRegularFile).filter(file -> {
                for (Path name : ROOT.relativize(file)) {
                    if (NOT_OURS.contains(name.toString())) {
                        return false;
                    }
                }
                return true;
            }).toList();
        }
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (MalformedInputException e) {
            return ""; // no text
        }
    }

    private static boolean isThere(Path from, String name) {
        return Files.exists(from.resolveSibling(name)) || OF_A_BUILD.contains(name.replaceFirst("^target/", ""))
                || Stream.of("", "docs", "docs/recipes").anyMatch(folder ->
                Files.exists(ROOT.resolve(folder).resolve(name)));
    }

    @Test
    void everyPageThatIsNamedIsThere() throws IOException {
        List<String> missing = new ArrayList<>();
        for (Path file : files()) {
            String text = text(file);
            for (Pattern pattern : List.of(PAGE, IN_DOCS)) {
                Matcher named = pattern.matcher(text);
                while (named.find()) {
                    if (!isThere(file, named.group(1))) {
                        missing.add(ROOT.relativize(file) + ": " + named.group(1));
                    }
                }
            }
        }
        assertEquals(List.of(), missing);
    }

    @Test
    void everyLinkOfAPageLeadsToAFileAndToAHeadingOfIt() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path page : files()) {
            if (!page.toString().endsWith(".md")) {
                continue;
            }
            Matcher link = LINK.matcher(CODE.matcher(text(page)).replaceAll(""));
            while (link.find()) {
                String[] target = link.group(1).split("#", 2);
                if (target[0].contains("://")) {
                    continue;
                }
                links++;
                Path to = target[0].isEmpty() ? page : page.resolveSibling(target[0]);
                if (!Files.exists(to) || target.length > 1 && !headings(to).contains(target[1])) {
                    broken.add(ROOT.relativize(page) + ": " + link.group(1));
                }
            }
        }
        assertEquals(List.of(), broken);
        assertTrue(links > 20, "links were found: " + links);
    }

    /** As GitHub makes them of headings. */
    private static List<String> headings(Path page) throws IOException {
        return HEADING.matcher(CODE.matcher(text(page)).replaceAll("")).results().map(heading -> heading.group(1)
                .toLowerCase(Locale.ROOT).replaceAll("[^\\w\\s-]", "").strip().replace(' ', '-')).toList();
    }
}
