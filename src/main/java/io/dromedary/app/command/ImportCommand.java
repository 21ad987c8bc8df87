package io.dromedary.app.command;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import io.dromedary.app.process.LogLevel;
import io.dromedary.config.ImportReport;
import io.dromedary.json.Json;

/**
 * Says line by line what becomes of a LiteLLM configuration. Ends with 0 where the gateway would start with it, 1 where
 * it would not.
 */
@Command(name = "import", mixinStandardHelpOptions = true,
        description = "Reads a LiteLLM configuration and says what carries over, what is ignored and what behaves "
                + "differently. Changes nothing.")
public final class ImportCommand implements Callable<Integer>, FileCommand {

    /** How the report is printed. */
    enum Format {
        /** A line a key. */
        text,
        /** A list of objects. */
        json
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", defaultValue = "litellm_config.yaml",
            description = "The configuration (${DEFAULT-VALUE})")
    private Path file;

    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "text",
            description = "text or json (${DEFAULT-VALUE})")
    private Format format;

    @Override
    public Integer call() {
        LogLevel.off();
        List<ImportReport.Line> lines = ImportReport.of(file, List.of());
        PrintWriter out = spec.commandLine().getOut();
        if (format == Format.json) {
            out.println(new String(Json.bytes(lines.stream().map(ImportCommand::asMap).toList()),
                    StandardCharsets.UTF_8));
        } else {
            lines.forEach(line -> out.printf("%s:%d: %-13s %s%s%n", line.place().file(), line.place().line(),
                    words(line.fate()), line.key(),
                    line.note().isEmpty() ? "" : ": " + line.note()));
            out.println(lines.stream()
                    .collect(Collectors.groupingBy(ImportReport.Line::fate, TreeMap::new, Collectors.counting()))
                    .entrySet().stream().map(count -> count.getValue() + " " + words(count.getKey()))
                    .collect(Collectors.joining(", ")));
        }
        out.flush();
        return lines.stream().anyMatch(line -> line.fate() == ImportReport.Fate.STOPS) ? 1 : 0;
    }

    private static String words(ImportReport.Fate fate) {
        return fate.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static Map<String, Object> asMap(ImportReport.Line line) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("file", line.place().file());
        map.put("line", line.place().line());
        map.put("column", line.place().column());
        map.put("key", line.key());
        map.put("fate", words(line.fate()));
        map.put("note", line.note());
        return map;
    }
}
