package io.dromedary.app.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands on keys of apps; none of them writes to a file. */
@Command(name = "key", mixinStandardHelpOptions = true, subcommands = {KeyNewCommand.class, KeyHashCommand.class},
        description = "Makes keys for apps, and the lines for them. Changes no file.")
public final class KeyCommand implements Runnable, FileCommand {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Write dromedary key new ALIAS, or dromedary key hash");
    }
}
