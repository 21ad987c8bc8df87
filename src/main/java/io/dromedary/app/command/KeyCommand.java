package io.dromedary.app.command;

import picocli.CommandLine.Command;

/** The commands on keys of apps; none of them writes to a file. By itself it does nothing: picocli tells its usage. */
@Command(name = "key", mixinStandardHelpOptions = true, subcommands = {KeyNewCommand.class, KeyHashCommand.class},
        description = "Makes keys for apps, and the lines for them. Changes no file.")
public final class KeyCommand implements FileCommand {
}
