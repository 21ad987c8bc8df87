package io.dromedary.app.command;

/** A command that looks at files and starts no gateway. */
interface FileCommand {
}
