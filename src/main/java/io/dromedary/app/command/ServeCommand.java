package io.dromedary.app.command;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import io.dromedary.settings.GatewayVersion;

/** Starts the gateway. Takes LiteLLM's arguments, so that a container's command line works unchanged. */
@Command(name = "dromedary", mixinStandardHelpOptions = true, versionProvider = ServeCommand.Version.class,
        description = "An OpenAI-compatible LLM gateway made of Apache Camel routes.",
        subcommands = {CheckCommand.class, ExplainCommand.class, ImportCommand.class, PictureCommand.class,
        SchemaCommand.class,
                DemoCommand.class, KeyCommand.class, TopCommand.class, TrainCommand.class})
public final class ServeCommand implements Callable<Integer> {

    /** The status of a command whose program goes on. */
    public static final int KEEPS_RUNNING = -1;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Option(names = ServeArguments.PORT, paramLabel = "N", description = "The port (else PORT, else 4000)")
    private Integer port;

    @Option(names = ServeArguments.HOST, paramLabel = "H",
            description = "The address to listen on (else HOST, else 0.0.0.0)")
    private String host;

    @Option(names = ServeArguments.WORKERS, paramLabel = "N",
            description = "Accepted for LiteLLM's sake: one process serves all")
    private Integer workers;

    @Option(names = ServeArguments.DEBUG, description = "Log more, as LITELLM_LOG=DEBUG does")
    private boolean debug;

    @Option(names = ServeArguments.DETAILED_DEBUG, description = "The same as --debug")
    private boolean detailedDebug;

    /** What the command line says, when picocli has read it. */
    ServeArguments arguments() {
        return new ServeArguments(config.file(), host, port, debug || detailedDebug);
    }

    @Override
    public Integer call() throws Exception {
        return new Serve(arguments()).start();
    }

    /** What {@code --version} prints. */
    public static final class Version implements picocli.CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"dromedary " + GatewayVersion.get()};
        }
    }
}
