package io.dromedary.app;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;

/** Placeholder until the demo's upstreams exist. */
@Command(name = "demo", description = "Starts the gateway on two embedded upstreams, to try it.")
final class DemoCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        return 1;
    }
}
