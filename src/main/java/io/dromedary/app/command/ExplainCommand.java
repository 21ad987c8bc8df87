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
import io.dromedary.check.Check;
import io.dromedary.check.Sources;
import io.dromedary.config.Environment;
import io.dromedary.explain.Explanation;
import io.dromedary.settings.SettingPlaces;
import io.dromedary.settings.Settings;

/**
 * Tells what would become of a request for a model, without a gateway that runs. Ends with 0; 1 where no deployment
 * serves the model.
 */
@Command(name = "explain", mixinStandardHelpOptions = true,
        description = "Tells what becomes of a request for a model: steps, deployments, clocks, fallbacks, changes, "
                + "each with file and line.")
public final class ExplainCommand implements Callable<Integer>, FileCommand {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "MODEL", description = "The name that a client uses")
    private String model;

    @Option(names = "--stream", description = "For a streamed answer")
    private boolean stream;

    @Option(names = "--from", paramLabel = "ROUTE", defaultValue = "",
            description = "The route of the path that is asked, such as messages or responses; the one for the model's "
                    + "mode by default")
    private String from;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Override
    public Integer call() {
        LogLevel.off();
        Environment environment = Environment.ofProcess(Path.of("").toAbsolutePath());
        Sources sources = CommandFiles.find(List.of(), config, environment);
        Check.Result checked = Check.files(sources, environment).orReject();
        SettingPlaces tunables =
                SettingPlaces.of(sources.properties(), Settings.fromFile(sources.properties(), environment.asMap()));
        boolean served = new Explanation(checked, sources.config(), tunables, spec.commandLine().getOut())
                .print(model, stream, from);
        spec.commandLine().getOut().flush();
        return served ? 0 : 1;
    }
}
