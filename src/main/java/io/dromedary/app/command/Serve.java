package io.dromedary.app.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;

import io.dromedary.app.process.EndOfProcess;
import io.dromedary.app.process.Home;
import io.dromedary.app.process.LogLevel;
import io.dromedary.app.process.ReloadSignal;
import io.dromedary.app.process.StandardOutput;
import io.dromedary.app.rehearsal.Rehearsal;
import io.dromedary.app.serve.Gateway;
import io.dromedary.config.Environment;
import io.dromedary.log.LogFormat;
import io.dromedary.settings.SettingFault;
import io.dromedary.settings.Settings;

/** Starts the gateway, whoever has read the command line. */
final class Serve {

    private static final int FAILED = 1;

    private final ServeArguments arguments;

    /** @param arguments what the command line says */
    Serve(ServeArguments arguments) {
        this.arguments = arguments;
    }

    /** Starts it, or says why it does not start; the status, as the command that picocli runs has it. */
    int startOrTell() {
        try {
            return start();
        } catch (Exception e) {
            StartFailure.tell(e, new PrintWriter(System.err, true), true);
            return FAILED;
        }
    }

    /**
     * Starts it.
     *
     * @return {@link ServeCommand#KEEPS_RUNNING}
     * @throws Exception if it does not start
     */
    int start() throws Exception {
        StandardOutput.waitsForNobody();
        Path directory = Path.of("");
        Environment environment = Environment.ofProcess(directory.toAbsolutePath());
        LogLevel.set(arguments.debug() ? Optional.of("DEBUG") : environment.get("LITELLM_LOG"));
        Path home = Home.find();
        logFormat(home, environment).choose();
        Gateway gateway = new Gateway(home, ConfigOption.find(arguments.config(), environment),
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
            rehearsal.end();
            gateway.close();
        });
        rehearsal.start();
        ReloadSignal.runs(gateway.reloading()::reload);
        StartReport.print(gateway, address);
        return ServeCommand.KEEPS_RUNNING;
    }

    /** In a container, or wherever else a program reads the log, it is JSON. */
    private static LogFormat logFormat(Path home, Environment environment) {
        String written = Settings.fromFile(home.resolve("application.properties"), environment.asMap())
                .text("gateway.log.format");
        return LogFormat.named(written.equals("auto") && !StandardOutput.isTerminal() ? "json" : written);
    }

    private static Rehearsal rehearsal(Gateway gateway) {
        if (gateway.settings().flag("gateway.rehearsal.readiness")) {
            gateway.notReady();
        }
        return new Rehearsal(Home.shipped("rehearsal"), gateway.settings().number("gateway.rehearsal.cpu"),
                gateway::requestsInFlight, gateway::requestsSoFar, gateway::ready);
    }

    private String host(Environment environment, Gateway gateway) {
        return arguments.host() != null ? arguments.host() : environment.get("HOST")
                .orElseGet(() -> gateway.settings().text("gateway.server.host"));
    }

    private int port(Environment environment, Gateway gateway) {
        if (arguments.port() != null) {
            return arguments.port();
        }
        String value = environment.get("PORT").orElseGet(() -> gateway.settings().text("gateway.server.port"));
        try {
            return Integer.parseInt(value.trim());
        } catch (NumberFormatException e) {
            throw new SettingFault("PORT is '" + value + "': write a number");
        }
    }
}
