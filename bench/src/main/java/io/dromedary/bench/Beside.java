package io.dromedary.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Another gateway that takes its turns beside those that are always there.
 *
 * @param name    its column in the tables
 * @param command a shell's line that ends as the server itself, not as a parent of it: its CPU and memory are that
 *                process's. It finds the port to listen on in {@code PORT}, the mock's base URL in {@code UPSTREAM} and
 *                the clients' key in {@code KEY}
 * @param headers what its clients send besides, {@code Name: value} each; {@code $UPSTREAM} stands for the mock's base
 *                URL
 */
public record Beside(String name, String command, List<String> headers) {

    /** Starts it, to listen on that port. */
    Running start(Rig rig, int port) throws IOException {
        return Running.start(rig.folder(), name,
                Map.of("PORT", Integer.toString(port), "UPSTREAM", upstream(rig), "KEY", Rig.KEY),
                List.of("sh", "-c", command));
    }

    /** What load is sent to, where it listens on that port and is that process. */
    Target target(Rig rig, int port, long pid) {
        return new Target(name, port, pid,
                headers.stream().map(header -> header.replace("$UPSTREAM", upstream(rig))).toList());
    }

    private static String upstream(Rig rig) {
        return "http://127.0.0.1:" + rig.direct().port() + "/v1";
    }
}
