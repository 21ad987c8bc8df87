package io.dromedary.app.command;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.ObjectMapper;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import io.dromedary.config.ConfigSchema;

/** Prints the JSON Schema of the configuration, or of route files, for editors that complete and underline by one. */
@Command(name = "schema", mixinStandardHelpOptions = true,
        description = "Prints the JSON Schema of litellm_config.yaml, or of route files, for editors.")
public final class SchemaCommand implements Callable<Integer>, FileCommand {

    @Spec
    private CommandSpec spec;

    @Option(names = "--routes",
            description = "The schema of route files instead: Camel's own, of the version that runs here")
    private boolean routes;

    @Override
    public Integer call() throws Exception {
        if (routes) {
            try (InputStream in = SchemaCommand.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
                spec.commandLine().getOut().println(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        } else {
            spec.commandLine().getOut().println(new ObjectMapper().writerWithDefaultPrettyPrinter()
                    .writeValueAsString(ConfigSchema.make()));
        }
        spec.commandLine().getOut().flush();
        return 0;
    }
}
