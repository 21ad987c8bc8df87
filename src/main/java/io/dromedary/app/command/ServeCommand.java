package io.dromedary.app.command;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import io.dromedary.app.process.EndOfProcess;
import io.dromedary.app.process.Home;
import io.dromedary.app.process.LogLevel;
import io.dromedary.app.process.ReloadSignal;
import io.dromedary.app.process.StandardOutput;
import io.dromedary.app.rehearsal.Rehearsal;
import io.dromedary.app.serve.Gateway;
import io.dromedary.config.Environment;
import io.dromedary.settings.GatewayVersion;
import io.dromedary.settings.SettingFault;

/** Starts the gateway. Takes LiteLLM's arguments, so that a container's command line works unchanged. */
@Command(name = "dromedary", mixinStandardHelpOptions = true, versionProvider = ServeCommand.Version.class,
        description = "An OpenAI-compatible LLM gateway made of Apache Camel routes.",
        subcommands = {CheckCommand.class, ExplainCommand.class, ImportCommand.class, PictureCommand.class,
        SchemaCommand.class,
                DemoCommand.class, TrainCommand.class})
public final class ServeCommand implements Callable<Integer> {

    /** The status of a command whose program goes on. */
    public static final int KEEPS_RUNNING = -1;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Option(names = "--port", paramLabel = "N", description = "The port (else PORT, else 4000)")
    private Integer port;

    @Option(names = "--host", paramLabel = "H", description = "The address to listen on (else HOST, else 0.0.0.0)")
    private String host;

    @Option(names = "--num_workers", paramLabel = "N",
            description = "Accepted for LiteLLM's sake: one process serves all")
    private Integer workers;

    @Option(names = "--debug", description = "Log more, as LITELLM_LOG=DEBUG does")
    private boolean debug;

    @Option(names = "--detailed_debug", description = "The same as --debug")
    private boolean detailedDebug;

    @Override
    public Integer call() throws Exception {
        StandardOutput.waitsForNobody();
        Path directory = Path.of("");
        Environment environment = Environment.ofProcess(directory.toAbsolutePath());
        LogLevel.set(debug || detailedDebug ? Optional.of("DEBUG") : environment.get("LITELLM_LOG"));
        Gateway gateway = new Gateway(Home.find(), config.find(environment),
                () -> Environment.ofProcess(directory.toAbsolutePath()));
        String address = host(environment, gateway);
        Rehearsal rehearsal = rehearsal(gateway);
        try {
            gateway.start(address, port(environment, gateway));
        } catch (Exception e) {
            gateway.close();
            throw e;
        }
        EndOfProcess.cleanly(() -> {
            rehearsal.close();
            gateway.close();
        });
        rehearsal.start();
        ReloadSignal.runs(gateway.reloading()::reload);
        StartReport.print(gateway, address);
        return KEEPS_RUNNING;
    }

    private static Rehearsal rehearsal(Gateway gateway) {
        if (gateway.settings().flag("gateway.rehearsal.readiness")) {
            gateway.notReady();
        }
        return new Rehearsal(Home.shipped("rehearsal"), gateway.settings().number("gateway.rehearsal.cpu"),
                gateway::requestsInFlight, gateway::requestsSoFar, gateway::ready);
    }

    private String host(Environment environment, Gateway gateway) {
        return host != null ? host : environment.get("HOST")
                .orElseGet(() -> gateway.settings().text("gateway.server.host"));
    }

    private int port(Environment environment, Gateway gateway) {
        if (port != null) {
            return port;
        }
        String value = environment.get("PORT").orElseGet(() -> gateway.settings().text("gateway.server.port"));
        try {
            return Integer.parseInt(value.trim());
        } catch (NumberFormatException e) {
            throw new SettingFault("PORT is '" + value + "': write a number");
        }
    }

    /** What {@code --version} prints. */
    public static final class Version implements picocli.CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"dromedary " + GatewayVersion.get()};
        }
    }
}
