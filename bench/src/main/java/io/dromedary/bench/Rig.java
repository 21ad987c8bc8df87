package io.dromedary.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** The machine set up for measuring: the mock upstream, nginx before it, and gateways as measurements ask for them. */
public final class Rig implements AutoCloseable {

    /** The key that clients send. */
    public static final String KEY = "sk-bench";

    /** How many requests a JVM that has just started needs at least until its compilers have seen enough. */
    static final int COLD_REQUESTS = 30_000;

    private static final int MOST_WARM_UP_TURNS = 20;

    private final Settings settings;
    private final Random random = new Random();
    private final Path folder;
    private final List<Running> processes = new ArrayList<>();
    private final Target direct;
    private final Target nginx;
    private Target gateway;
    private List<Target> beside;

    /** Starts the mock and nginx. */
    public Rig(Settings settings) throws IOException, InterruptedException {
        this.settings = settings;
        folder = Files.createTempDirectory("dromedary-bench");
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
        try {
            direct = startMock();
            nginx = startNginx();
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** How the run is made. */
    public Settings settings() {
        return settings;
    }

    /** Where its files are; gone afterwards. */
    public Path folder() {
        return folder;
    }

    /** The folder {@code bench/}. */
    public Path bench() {
        return settings.root().resolve("bench");
    }

    /** The mock upstream. */
    public Target direct() {
        return direct;
    }

    /** The plain proxy. */
    public Target nginx() {
        return nginx;
    }

    /** The gateway that most measurements share: started and warmed up at first use. */
    public Target gateway() throws IOException, InterruptedException {
        if (gateway == null) {
            Gateway started = Gateway.start(this, settings.javaOptions(), Map.of());
            processes.add(started.process());
            gateway = started.target();
            warmUp(gateway, Body.plain(Body.MODEL), 32, COLD_REQUESTS);
        }
        return gateway;
    }

    /** The gateway of an earlier commit and others that were asked for: started and warmed up at first use. */
    private List<Target> beside() throws IOException, InterruptedException {
        if (beside == null) {
            beside = new ArrayList<>();
            if (settings.base() != null) {
                Gateway base = Gateway.base(this);
                processes.add(base.process());
                warmUp(base.target(), Body.plain(Body.MODEL), 32, COLD_REQUESTS);
                beside.add(base.target());
            }
            for (Beside other : settings.beside()) {
                Target started = start(other);
                warmUp(started, Body.plain(Body.MODEL), 32, 0);
                beside.add(started);
            }
        }
        return beside;
    }

    /** All of them in a random order: one round. */
    public List<Target> shuffled() throws IOException, InterruptedException {
        List<Target> round = new ArrayList<>(List.of(direct, nginx, gateway()));
        round.addAll(beside());
        Collections.shuffle(round, random);
        return round;
    }

    /** These in a random order: one round. */
    @SafeVarargs
    public final <T> List<T> shuffled(T... items) {
        List<T> round = new ArrayList<>(Arrays.asList(items));
        Collections.shuffle(round, random);
        return round;
    }

    /**
     * Sends load for the set time, and on until the JVM's compilers are done: three turns in a row were no cheaper, by a
     * twentieth, than the cheapest before them, and so many requests have been answered. That two turns in a row cost
     * the same says little: on two cores that the load fills, the compilers get along slowly.
     */
    public void warmUp(Target target, String body, int connections, int leastRequests)
            throws IOException, InterruptedException {
        double cheapest = Double.MAX_VALUE;
        double answered = 0;
        int noCheaper = 0;
        int seconds = Math.max(1, settings.warmUp() / 4);
        for (int turn = 1; turn <= MOST_WARM_UP_TURNS; turn++) {
            Wrk.Result result = Wrk.run(this, target, body, connections, seconds);
            answered += result.requests() * seconds;
            noCheaper = result.cpu() > 0.95 * cheapest ? noCheaper + 1 : 0;
            cheapest = Math.min(cheapest, result.cpu());
            if (noCheaper >= 3 && answered >= leastRequests) {
                return;
            }
        }
    }

    private Target startMock() throws IOException, InterruptedException {
        int port = Running.freePort();
        Running mock = Running.start(folder, "mock", Map.of(),
                List.of(Gateway.java().toString(), "-XX:+UseSerialGC", "-Xmx256m",
                "-cp", System.getProperty("java.class.path"), MockUpstream.class.getName(), Integer.toString(port)));
        processes.add(mock);
        mock.listeningOn(port);
        return new Target(Target.DIRECT, port, mock.pid());
    }

    private Target startNginx() throws IOException, InterruptedException {
        int port = Running.freePort();
        Map<String, String> values = new HashMap<>(Map.of("folder", folder.toString(), "key", KEY));
        values.put("mock", Integer.toString(direct.port()));
        values.put("port", Integer.toString(port));
        String text = Files.readString(bench().resolve("nginx.conf"));
        for (Map.Entry<String, String> value : values.entrySet()) {
            text = text.replace("@" + value.getKey() + "@", value.getValue());
        }
        Path file = Files.writeString(folder.resolve("nginx.conf"), text);
        Running started = Running.start(folder, "nginx", Map.of(),
                List.of("nginx", "-e", folder.resolve("nginx-error.log").toString(), "-c", file.toString()));
        processes.add(started);
        started.listeningOn(port);
        return new Target(Target.NGINX, port, started.child());
    }

    private Target start(Beside other) throws IOException, InterruptedException {
        int port = Running.freePort();
        Running started = other.start(this, port);
        processes.add(started);
        started.listeningOn(port);
        return other.target(this, port, started.pid());
    }

    /** Ends every process and removes the files; once more does nothing. */
    @Override
    public synchronized void close() {
        processes.forEach(Running::close);
        processes.clear();
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
