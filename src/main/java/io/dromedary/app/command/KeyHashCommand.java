package io.dromedary.app.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import io.dromedary.key.KeyHash;
import io.dromedary.settings.SettingFault;

/** Prints the hash of a key. The key comes by the standard input: an argument can be seen by others. */
@Command(name = "hash", mixinStandardHelpOptions = true,
        description = "Reads a key from the standard input and prints its hash, for virtual_keys.")
public final class KeyHashCommand implements Callable<Integer>, FileCommand {

    private static final int LONGEST = 8192;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        byte[] read = System.in.readNBytes(LONGEST + 1);
        String key = new String(read, StandardCharsets.UTF_8).strip();
        if (key.isEmpty() || read.length > LONGEST || key.chars().anyMatch(c -> c <= ' ' || c >= 0x7F)) {
            throw new SettingFault("A key is one word that a client can send in a header; write it to the standard "
                    + "input, as in: printf %s \"$KEY\" | dromedary key hash");
        }
        spec.commandLine().getOut().println(KeyHash.PREFIX + KeyHash.of(key));
        spec.commandLine().getOut().flush();
        return 0;
    }
}
