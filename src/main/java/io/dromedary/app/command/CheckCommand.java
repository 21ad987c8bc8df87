package io.dromedary.app.command;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import io.dromedary.app.process.LogLevel;
import io.dromedary.app.process.Terminal;
import io.dromedary.check.Check;
import io.dromedary.check.Sources;
import io.dromedary.config.Environment;
import io.dromedary.findings.Finding;

/**
 * Tells everything that is wrong with the files that a gateway would be started with, all at once, without opening a
 * port. Ends with 0 where nothing stops the start, 1 where something does, 2 where it is called wrongly.
 */
@Command(name = "check", mixinStandardHelpOptions = true,
        description = "Checks configuration, routes and tunables, and tells all faults at once. Opens no port.")
public final class CheckCommand implements Callable<Integer>, FileCommand {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILES",
            description = "Files to check in place of those that are served: a configuration, route files "
            + "(*.camel.yaml) or a folder of them, application.properties. A route file joins the others, or replaces "
            + "the one of its name.")
    private List<Path> files = List.of();

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "text",
            description = "text or json (${DEFAULT-VALUE})")
    private FindingsReport format;

    @Option(names = "--all", description = "Tells what is in order and worth knowing too")
    private boolean all;

    @Override
    public Integer call() {
        LogLevel.off();
        Path directory = Path.of("");
        Environment environment = Environment.ofProcess(directory.toAbsolutePath());
        Sources sources = CommandFiles.find(files, config, environment);
        Check.Result result = Check.all(sources, environment,
                stage -> Terminal.progress("Checking " + (sources.routes().size() + 2) + " files: " + stage));
        Terminal.progressEnds();
        List<Finding> faults = result.faults().all().stream()
                .sorted(FindingsReport.BY_WEIGHT.thenComparing(FindingsReport.BY_PLACE)).toList();
        format.print(faults, new FindingsReport.Looked(sources.routes().size() + 2, files, result.config(), all),
                spec.commandLine().getOut());
        spec.commandLine().getOut().flush();
        return faults.stream().anyMatch(Finding::stops) ? 1 : 0;
    }
}
