package io.dromedary.operator;

import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.dromedary.generation.GenerationContext;
import io.dromedary.generation.Reloading;
import io.dromedary.generation.SharedState;
import io.dromedary.server.GatewayServer;

/**
 * Who knows what an operator asks for, asked when they do.
 *
 * @param shared    what outlives generations
 * @param server    the server
 * @param active    the generation that serves
 * @param reloading how reloads went
 * @param logDrops  how many lines of log were dropped
 */
public record GatewaySources(SharedState shared, GatewayServer server, Supplier<GenerationContext> active,
        Reloading reloading, LongSupplier logDrops) {
}
