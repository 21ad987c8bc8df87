package io.dromedary.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is started anew again and again, by its column of the table. */
final class Launches {

    /** How the columns of a gateway that is started from the checkout begin. */
    static final String CHECKOUT = "checkout, Java ";

    private Launches() {
    }

    /** The package as the image starts it; an earlier commit's in the same way, where one is given. */
    static Map<String, Fresh.Launch> packaged(Settings settings) {
        Map<String, Fresh.Launch> launches = new LinkedHashMap<>();
        launches.put(Target.GATEWAY, rig -> packaged(rig, Target.GATEWAY, settings.distribution()));
        if (settings.base() != null) {
            launches.put(Target.BASE, rig -> packaged(rig, Target.BASE, settings.base()));
        }
        return launches;
    }

    /** All that takes part in a run: also the checkout's launcher on each Java, and the others that were asked for. */
    static Map<String, Fresh.Launch> all(Settings settings) {
        Map<String, Fresh.Launch> launches = packaged(settings);
        settings.checkouts().forEach((version, home) -> launches.put(CHECKOUT + version, rig -> checkout(rig,
                CHECKOUT + version, home)));
        settings.beside().forEach(other -> launches.put(other.name(), rig -> beside(rig, other)));
        return launches;
    }

    private static Fresh packaged(Rig rig, String name, Path distribution) throws IOException, InterruptedException {
        Map<String, String> environment = Gateway.environment(rig);
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("JAVA_OPTS", rig.settings().javaOptions());
        return gateway(rig, name, distribution.resolve("bin/dromedary"), environment);
    }

    /** With no flags of the bench: as somebody starts it who has cloned the repository. */
    private static Fresh checkout(Rig rig, String name, String home) throws IOException, InterruptedException {
        Map<String, String> environment = Gateway.environment(rig);
        environment.put("JAVA_HOME", home);
        environment.put("JAVA_OPTS", "");
        return gateway(rig, name, rig.settings().root().resolve("dromedary"), environment);
    }

    private static Fresh gateway(Rig rig, String name, Path command, Map<String, String> environment)
            throws IOException, InterruptedException {
        int port = Running.freePort();
        long begun = System.nanoTime();
        Running process = Running.start(rig.folder(), name, environment, List.of(command.toString(), "--config",
                rig.bench().resolve("litellm_config.yaml").toString(), "--host", "127.0.0.1", "--port",
                Integer.toString(port)));
        return listening(process, new Target(name, port, process.pid()), begun);
    }

    private static Fresh beside(Rig rig, Beside other) throws IOException, InterruptedException {
        int port = Running.freePort();
        long begun = System.nanoTime();
        Running process = other.start(rig, port);
        return listening(process, other.target(rig, port, process.pid()), begun);
    }

    private static Fresh listening(Running process, Target target, long begun) throws InterruptedException {
        try {
            process.listeningOn(target.port());
        } catch (InterruptedException | RuntimeException e) {
            process.close();
            throw e;
        }
        return new Fresh(process, target, begun);
    }
}
