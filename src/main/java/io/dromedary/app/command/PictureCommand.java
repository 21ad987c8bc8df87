package io.dromedary.app.command;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import io.dromedary.app.process.LogLevel;
import io.dromedary.check.Check;
import io.dromedary.config.Environment;
import io.dromedary.explain.FlowPicture;
import io.dromedary.findings.NearestKey;
import io.dromedary.settings.SettingFault;

/** Draws the way of a request through the routes as they are now. */
@Command(name = "picture", mixinStandardHelpOptions = true,
        description = "Draws the way of a request through the routes, as a Mermaid flowchart.")
public final class PictureCommand implements Callable<Integer>, FileCommand {

    @Spec
    private CommandSpec spec;

    @Option(names = "--from", paramLabel = "ROUTE", split = ",", defaultValue = "chat,messages",
            description = "The routes to begin with (${DEFAULT-VALUE})")
    private List<String> from;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Override
    public Integer call() {
        LogLevel.off();
        Environment environment = Environment.ofProcess(Path.of("").toAbsolutePath());
        Check.Result checked = Check.files(CommandFiles.find(List.of(), config, environment), environment);
        for (String route : from) {
            require(route, checked);
        }
        spec.commandLine().getOut().print(FlowPicture.of(checked.flow(), from));
        spec.commandLine().getOut().flush();
        return 0;
    }

    private static void require(String route, Check.Result checked) {
        if (checked.flow().route(route).isEmpty()) {
            throw new SettingFault("There is no route " + route
                    + NearestKey.withinTwoLetters(route, checked.flow().routeIds())
                    .map(near -> ". Did you mean " + near + "?").orElse(": write one of "
                    + String.join(", ", checked.flow().routeIds())));
        }
    }
}
