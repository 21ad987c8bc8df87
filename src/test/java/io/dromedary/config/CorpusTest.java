package io.dromedary.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.dromedary.check.Check;
import io.dromedary.check.Sources;
import io.dromedary.config.ImportReport.Outcome;
import io.dromedary.explain.Explanation;
import io.dromedary.findings.FilesRejected;
import io.dromedary.findings.Finding;
import io.dromedary.findings.Findings;
import io.dromedary.model.UnservedModels;
import io.dromedary.settings.SettingPlaces;
import io.dromedary.settings.Settings;

/**
 * Small files, each with a trait of those that teams have. The first line of a file says what is expected: whether a
 * gateway starts with it, how many of its models are served, and words that must be told.
 */
class CorpusTest {

    private static final Path CORPUS = Path.of("src/test/resources/corpus");
    private static final Path PROPERTIES = Path.of("application.properties");

    private static Stream<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(CORPUS)) {
            return files.sorted().toList().stream();
        }
    }

    /** {@code # expect: yes 1/2; words}. */
    private record Expected(boolean starts, String models, String words) {

        static Expected of(Path file) throws IOException {
            String[] line = Files.readAllLines(file).get(0).substring("# expect: ".length()).split("; ", 2);
            String[] verdict = line[0].split(" ");
            return new Expected(verdict[0].equals("yes"), verdict.length > 1 ? verdict[1] : "",
                    line.length > 1 ? line[1] : "");
        }
    }

    @Test
    void thereAreAtLeastThirty() throws IOException {
        assertTrue(files().count() >= 30);
    }

    @ParameterizedTest
    @MethodSource("files")
    void importSaysWhatBecomesOfIt(Path file) throws IOException {
        Expected expected = Expected.of(file);
        Outcome outcome = ImportReport.of(file, List.of(), Environment.of(Map.of()));
        String told = String.join("\n", outcome.lines().stream().map(line -> line.key() + ": " + line.note()).toList());
        assertEquals(expected.starts(), outcome.starts(), told);
        if (expected.starts()) {
            assertEquals(expected.models(), outcome.served() + "/" + outcome.models(), told);
        }
        assertTrue(told.contains(expected.words()), told);
    }

    @ParameterizedTest
    @MethodSource("files")
    void checkSaysTheSameAndExplainAnswersForEachModel(Path file) throws IOException {
        Expected expected = Expected.of(file);
        Environment environment = AnyVariable.environment(
                ConfigSource.read(file, new Findings()), Environment.of(Map.of()));
        Sources sources = Sources.of(PROPERTIES, Path.of("routes"), file);
        Check.Result result = Check.files(sources, environment);
        List<String> told = new ArrayList<>(result.faults().all().stream().map(Finding::toString).toList());
        assertEquals(expected.starts(), !result.faults().anyStops(), told.toString());
        if (!expected.starts()) {
            assertTrue(told.toString().contains(expected.words()), told.toString());
            assertThrows(FilesRejected.class, result::orReject);
            return;
        }
        GatewayConfig config = result.config();
        assertNotNull(config);
        told.addAll(config.notes());
        assertTrue(told.toString().contains(expected.words()), told.toString());
        Settings settings = Settings.fromFile(PROPERTIES, environment.asMap());
        for (String model : config.catalogue().modelNames()) {
            assertTrue(explain(result, file, settings, model).startsWith(model + " is served by "),
                    explain(result, file, settings, model));
        }
        for (UnservedModels.Entry entry : config.unserved().entries()) {
            if (config.catalogue().group(entry.group()).isEmpty()) {
                String text = explain(result, file, settings, entry.group());
                assertTrue(text.startsWith(entry.group() + " is not served: "), text);
            }
        }
    }

    private static String explain(Check.Result result, Path file, Settings settings, String model) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        new Explanation(result, file, SettingPlaces.of(PROPERTIES, settings), out).print(model, false, "");
        out.flush();
        return text.toString();
    }
}
