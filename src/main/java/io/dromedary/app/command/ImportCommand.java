package io.dromedary.app.command;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import io.dromedary.app.process.Home;
import io.dromedary.app.process.LogLevel;
import io.dromedary.app.process.Terminal;
import io.dromedary.config.Environment;
import io.dromedary.config.ImportReport;
import io.dromedary.json.Json;
import io.dromedary.settings.SettingFault;
import io.dromedary.settings.Settings;

/**
 * Says what becomes of a LiteLLM configuration. Ends with 0 where the gateway would start with it, 1 where
 * it would not. Of LiteLLM's list of keys, a file whose name ends in {@code .json}, it makes {@code virtual_keys}.
 */
@Command(name = "import", mixinStandardHelpOptions = true,
        description = "Reads a LiteLLM configuration and says what carries over, what is ignored and what behaves "
                + "differently. Changes nothing. Of a .json with LiteLLM's list of keys it makes virtual_keys.")
public final class ImportCommand implements Callable<Integer>, FileCommand {

    /** How the report is printed. */
    enum Format {
        /** A verdict, then a line a key. */
        text,
        /** A list of objects. */
        json
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "The configuration (else the one of a start here)")
    private Path file;

    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "text",
            description = "text or json (${DEFAULT-VALUE})")
    private Format format;

    @Option(names = "--all", description = "Lists what carries over too")
    private boolean all;

    @Override
    public Integer call() {
        LogLevel.off();
        if (KeyListText.isJson(file)) {
            return KeyListText.print(file, format == Format.json, spec.commandLine().getOut(),
                    spec.commandLine().getErr());
        }
        Environment environment = Environment.ofProcess(Path.of("").toAbsolutePath());
        Terminal.progress("Reading the configuration");
        ImportReport.Outcome outcome = ImportReport.of(file == null ? new ConfigOption().find(environment)
                : file, accepted(environment), environment);
        Terminal.progressEnds();
        List<ImportReport.Line> lines = outcome.lines();
        PrintWriter out = spec.commandLine().getOut();
        if (format == Format.json) {
            out.println(new String(Json.bytes(lines.stream().map(ImportCommand::asMap).toList()),
                    StandardCharsets.UTF_8));
        } else {
            ImportText.print(outcome, all, out);
        }
        out.flush();
        return outcome.starts() ? 0 : 1;
    }

    /** {@code gateway.accept-unenforced}, as a start here would read it. */
    private static List<String> accepted(Environment environment) {
        try {
            return Settings.fromFile(Home.find().resolve("application.properties"), environment.asMap())
                    .list("gateway.accept-unenforced");
        } catch (SettingFault e) {
            return List.of(); // a file can be looked at without the gateway's folder
        }
    }

    static String words(ImportReport.Fate fate) {
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
