package io.dromedary.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** A start's command line is read in two ways, which must say the same. */
class ServeArgumentsTest {

    private static String[] words(String line) {
        return line.isEmpty() ? new String[0] : line.split(" ", -1);
    }

    private static ServeArguments byPicocli(String line) {
        ServeCommand command = new ServeCommand();
        new CommandLine(command).parseArgs(words(line));
        return command.arguments();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--config c.yaml", "--config=c.yaml", "-c c.yaml", "-c /app/config.yaml --port 4000",
            "--port=0 --host 127.0.0.1", "--host ::1", "--host=0.0.0.0 --port 65536", "--num_workers 8 --port 1",
            "--debug", "--detailed_debug --config c.yaml --num_workers=1", "--debug --detailed_debug",
            "--config=check.yaml", "--host=a.example -c c2"})
    void aUsualStartIsReadAsPicocliReadsIt(String line) {
        assertEquals(Optional.of(byPicocli(line)), ServeArguments.read(words(line)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "demo --port 4000", "--help", "-h", "-V", "--version", "--port", "--port=",
            "--port x", "--port 07", "--port -1", "--port 9999999999", "--port 1 --port 1", "-c a --config b",
            "--config --debug", "--config", "--debug=true", "--debug --debug", "--config a check", "-cfile", "-c=file",
            "--num_workers many", "--unknown 1", "--", "@file", "--config @file", "--config \"a\"", "--host ",
            "--conf a", "--PORT 1", "serve", "--config check", "--config=check",
            "--host demo --config a.yaml"})
    void whatIsNotUsualIsLeftToPicocli(String line) {
        assertEquals(Optional.empty(), ServeArguments.read(words(line)));
    }

    @Test
    void eachOptionOfTheStartIsKnownToBothReadings() {
        Set<String> names = new CommandLine(new ServeCommand()).getCommandSpec().options().stream()
                .filter(option -> !option.usageHelp() && !option.versionHelp())
                .map(OptionSpec::longestName).collect(Collectors.toSet());
        assertEquals(Set.of(ServeArguments.CONFIG, ServeArguments.HOST, ServeArguments.PORT, ServeArguments.WORKERS,
                ServeArguments.DEBUG, ServeArguments.DETAILED_DEBUG), names);
        for (String name : names) {
            assertTrue(ServeArguments.read(name).isPresent() || ServeArguments.read(name, "1").isPresent(), name);
        }
    }

    @Test
    void anOptionThatIsNotThereIsNotSet() {
        assertEquals(Optional.of(new ServeArguments(null, null, null, false)), ServeArguments.read());
        assertEquals(Optional.of(new ServeArguments(Path.of("c.yaml"), "::1", 1, true)),
                ServeArguments.read("--port", "1", "--host", "::1", "-c", "c.yaml", "--debug"));
    }
}
