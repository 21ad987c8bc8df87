package io.dromedary.operator.api;

import java.nio.file.Path;
import java.util.List;

import io.dromedary.check.FlowMap;
import io.dromedary.findings.Finding;
import io.dromedary.generation.GenerationContext;
import io.dromedary.generation.Reloading;

/**
 * What serves at the moment.
 *
 * @param gateway    the configuration and what is built from it
 * @param flow       its routes as they are written
 * @param warnings   what the check of its files found
 * @param reloading  which generation it is, and how the last reload ended
 * @param properties the file of tunables
 * @param config     the file of the configuration
 */
public record Serving(GenerationContext gateway, FlowMap flow, List<Finding> warnings, Reloading reloading,
        Path properties, Path config) {
}
