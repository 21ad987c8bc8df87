package io.dromedary.app.command;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import io.dromedary.app.process.LogLevel;
import io.dromedary.config.Environment;
import io.dromedary.config.KeyAlias;
import io.dromedary.json.Json;
import io.dromedary.key.KeyHash;
import io.dromedary.key.RandomKey;
import io.dromedary.settings.SettingFault;

/**
 * Makes a key for an app and prints it, this once, with what the configuration needs of it: its hash. Nothing is
 * written to a file.
 */
@Command(name = "new", mixinStandardHelpOptions = true,
        description = "Makes a key, prints it once, and the entry of virtual_keys with its hash. Changes no file.")
public final class KeyNewCommand implements Callable<Integer>, FileCommand {

    private static final String PLAIN = "[A-Za-z][A-Za-z0-9_.-]*";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ALIAS", description = "The key's name in log, metrics, usage and on the page")
    private String alias;

    @Option(names = "--rotate",
            description = "Another value for a key that is there, to be accepted beside the old one")
    private boolean rotate;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Override
    public Integer call() {
        LogLevel.off();
        if (!KeyAlias.isName(alias) || KeyAlias.isReserved(alias)) {
            throw new SettingFault("An alias is a name of 1 to 100 printable characters, and none of master and none");
        }
        Optional<Path> file = file();
        Optional<KeyAlias.Entry> entry = file.flatMap(path -> KeyAlias.find(path, alias));
        if (entry.isPresent() && !rotate) {
            throw new SettingFault("The key " + alias + " stands in " + entry.get().place().file() + ":"
                    + entry.get().place().line() + " already. For another value beside the one that it has, add "
                    + "--rotate");
        }
        if (entry.isEmpty() && rotate) {
            throw new SettingFault("There is no key " + alias + " in " + file.map(Path::toString)
                    .orElse("a configuration here") + ". For a new one, leave --rotate out");
        }
        String key = RandomKey.make();
        String hash = KeyHash.PREFIX + KeyHash.of(key);
        PrintWriter out = spec.commandLine().getOut();
        out.println("# The key. It is shown this once: give it to the app.");
        out.println(key);
        out.println();
        if (rotate) {
            printRotated(entry.get(), hash, out);
        } else {
            out.println("# What the gateway needs, under virtual_keys: in "
                    + file.map(Path::toString).orElse("litellm_config.yaml"));
            out.println("  - key_alias: " + (alias.matches(PLAIN) ? alias
                    : new String(Json.bytes(alias), StandardCharsets.UTF_8)));
            out.println("    key: " + hash);
        }
        out.flush();
        return 0;
    }

    private void printRotated(KeyAlias.Entry entry, String hash, PrintWriter out) {
        out.println("# What the gateway needs, in place of the key or key_hash in " + entry.place().file() + ":"
                + entry.place().line() + ".");
        out.println("# Take the old value out when the app has the new one.");
        if (entry.values().isEmpty()) {
            out.println("# The old one stands there itself; add it to the list, or better its hash, which");
            out.println("# dromedary key hash prints.");
        }
        out.println("    key: " + Stream.concat(Stream.of(hash), entry.values().stream()
                .map(KeyNewCommand::withPrefix)).collect(Collectors.joining(", ", "[", "]")));
    }

    /** As it may stand under {@code key}, where a bare hash would be a key. */
    private static String withPrefix(String value) {
        return KeyHash.written(value, true).map(hash -> KeyHash.PREFIX + hash).orElse(value);
    }

    /** The configuration, if there is one; a key can be made before it is. */
    private Optional<Path> file() {
        try {
            return Optional.of(config.find(Environment.ofProcess(Path.of("").toAbsolutePath())));
        } catch (SettingFault e) {
            if (config.file() != null) {
                throw e;
            }
            return Optional.empty();
        }
    }
}
