package io.dromedary.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.dromedary.observe.accesslog.LogField;
import io.dromedary.observe.metrics.MeterBook;
import io.dromedary.observe.metrics.RequestMeters;
import io.dromedary.operator.GatewaySources;
import io.dromedary.operator.MetricsEndpoint;

/** The tables of docs/observe.md are those of the code. */
class ObservePageTest {

    private static final Path PAGE = Path.of("docs/observe.md");
    private static final Path DRAWN = Path.of("target/observe");

    private static String table(Stream<List<String>> rows) {
        return rows.map(row -> row.stream().collect(Collectors.joining(" | ", "| ", " |")))
                .collect(Collectors.joining("\n"));
    }

    private static List<String> metric(MeterBook.Row row) {
        return List.of("`" + row.name() + "`", row.type(), row.labels().stream().map(label -> "`" + label + "`")
                .collect(Collectors.joining(", ")), row.help());
    }

    private static List<String> field(List<String> row) {
        return List.of("`" + row.get(0) + "`", row.get(1), row.get(2));
    }

    /** The rows of the table under that heading. */
    private static String told(String heading) throws IOException {
        String page = Files.readString(PAGE);
        String section = page.substring(page.indexOf("\n" + heading + "\n") + heading.length() + 2);
        return section.lines().takeWhile(line -> !line.startsWith("#")).filter(line -> line.startsWith("| `"))
                .collect(Collectors.joining("\n"));
    }

    private static void assertTable(String heading, String table) throws IOException {
        Path drawn = Files.createDirectories(DRAWN).resolve(heading.replaceAll("\\W+", "-") + ".txt");
        Files.writeString(drawn, table + "\n");
        assertEquals(table, told(heading), "the rows as they should be are in " + drawn);
    }

    private static void assertMetrics(String heading, String prefix) throws IOException {
        MeterBook book = new MeterBook();
        new RequestMeters(book);
        MetricsEndpoint.describe(book, new GatewaySources(null, null, null, null, null));
        assertTable(heading, table(book.rows().stream().filter(row -> row.name().startsWith(prefix))
                .sorted(Comparator.comparing(MeterBook.Row::name)).map(ObservePageTest::metric)));
    }

    @Test
    void thePageHasEachMetricOfTheGatewaysOwnWithItsLabels() throws IOException {
        assertMetrics("### The gateway's own", "dromedary_");
    }

    @Test
    void thePageHasEachMetricOfLiteLlmsWithItsLabels() throws IOException {
        assertMetrics("### LiteLLM's", "litellm_");
    }

    @Test
    void thePageHasEachFieldOfARequestsLine() throws IOException {
        assertTable("### The fields of a request's line", table(Stream.of(LogField.values()).map(LogField::row)
                .map(ObservePageTest::field)));
    }

    @Test
    void thePageHasEachFieldOfAnAttempt() throws IOException {
        assertTable("### The fields of an attempt", table(Stream.of(LogField.OfAttempt.values())
                .map(LogField.OfAttempt::row).map(ObservePageTest::field)));
    }
}
