package io.dromedary.observe.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** The page's table of attributes is made of the code, and the sampler keeps the share that it is told. */
class TracesPageTest {

    private static final Path PAGE = Path.of("docs/observe-traces.md");

    private static String table() {
        return "| attribute | request | attempt | what it says |\n|---|---|---|---|\n"
                + Stream.of(SpanField.values()).map(field -> "| `" + field.key() + "` | "
                + (field.ofRequest() ? "x" : "") + " | " + (field.ofAttempt() ? "x" : "") + " | "
                + field.meaning() + " |\n")
                .collect(Collectors.joining());
    }

    @Test
    void thePageHasTheTableOfTheCode() throws IOException {
        String page = Files.readString(PAGE);
        int from = page.indexOf("| attribute |");
        int to = page.indexOf("\n\n", from) + 1;
        assertTrue(from >= 0 && to > from, PAGE + " has no table of attributes");
        assertEquals(table(), page.substring(from, to), "put the table of the code into " + PAGE);
    }

    @Test
    void aShareOfTracesIsKept() {
        TraceSampler sampler = TraceSampler.named("parentbased_traceidratio", "0.25").orElseThrow();
        long kept = Stream.generate(() -> ThreadLocalRandom.current().nextLong()).limit(20_000)
                .filter(id -> sampler.keeps("0".repeat(16) + String.format("%016x", id), null)).count();
        assertTrue(kept > 4_400 && kept < 5_600, kept + " of 20,000");
        TraceParent parent = TraceParent.read("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        assertTrue(sampler.keeps("0".repeat(31) + "1", parent));
        assertTrue(TraceSampler.named("traceidratio", "0").filter(none ->
                !none.keeps("0".repeat(31) + "1", parent)).isPresent());
    }
}
