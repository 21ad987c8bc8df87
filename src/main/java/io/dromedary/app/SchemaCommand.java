package io.dromedary.app;

import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.ObjectMapper;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import io.dromedary.config.ConfigSchema;

/** Prints the JSON Schema of the configuration, for editors that complete and underline by one. */
@Command(name = "schema", mixinStandardHelpOptions = true, description = "Prints the JSON Schema of litellm_config.yaml, for editors.")
public final class SchemaCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        spec.commandLine().getOut().println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(ConfigSchema.make()));
        spec.commandLine().getOut().flush();
        return 0;
    }
}
