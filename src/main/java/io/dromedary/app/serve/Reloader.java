package io.dromedary.app.serve;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.dromedary.findings.Finding;
import io.dromedary.generation.Reloading;
import io.dromedary.log.GatewayLog;
import io.dromedary.model.Deployment;
import io.dromedary.settings.KnownSettings;

/**
 * Starts a generation beside the one that serves and has it take over in one step. What does not start changes nothing:
 * the old one serves on, and the log and {@link #problems} say what is wrong.
 */
final class Reloader implements Reloading {

    private static final GatewayLog LOG = GatewayLog.named("dromedary.reload");

    /** Starts a generation. */
    @FunctionalInterface
    interface Starting {

        /** @throws Exception why it does not start */
        void start(Generation generation) throws Exception;
    }

    private final Callable<Generation> prepare;
    private final Starting starting;
    private final Consumer<Generation> activate;
    private final Supplier<ReadFiles> read;
    private Generation active;
    private volatile int number = 1;
    private volatile List<String> problems = List.of();
    private volatile Tally tally = Tally.NONE;
    private volatile Ended last;

    /**
     * @param prepare  reads and checks the files and makes a generation of them
     * @param starting starts it
     * @param activate has it take over
     * @param read     what there is to tell of the files of the configuration
     */
    Reloader(Callable<Generation> prepare, Starting starting, Consumer<Generation> activate,
            Supplier<ReadFiles> read) {
        this.prepare = prepare;
        this.starting = starting;
        this.activate = activate;
        this.read = read;
    }

    /** The first generation, which has been started. */
    synchronized void startsWith(Generation first) {
        active = first;
    }

    /**
     * {@inheritDoc} On a thread of its own: it computes for hundreds of ms, in which the virtual thread of the request
     * that asks for it would keep the processor from all other requests.
     */
    @Override
    public Outcome reload() {
        return CompletableFuture.supplyAsync(this::reloadHere, Reloader::onThread).join();
    }

    private static void onThread(Runnable task) {
        Thread thread = new Thread(task, "reload");
        thread.setDaemon(true);
        thread.start();
    }

    private synchronized Outcome reloadHere() {
        Outcome outcome = tryTo();
        last = new Ended(Instant.now(), outcome);
        return outcome;
    }

    private Outcome tryTo() {
        long begin = System.nanoTime();
        Generation next = null;
        ReadFiles files = read.get();
        try {
            next = prepare.call();
            starting.start(next);
            activate.accept(next);
        } catch (Exception | LinkageError e) {
            if (next != null) {
                next.close();
            }
            problems = StartProblems.of(e);
            tally = tally.and(false);
            problems.forEach(
                    problem -> LOG.error("Not reloaded, generation {} serves on: {}", number, GatewayLog.own(problem)));
            return new Outcome(number, problems, files.warnings(), files.files());
        }
        Generation before = active;
        active = next;
        number++;
        problems = List.of();
        tally = tally.and(true);
        List<String> warnings = new ArrayList<>(files.warnings());
        warnings.addAll(warnings(before, next));
        LOG.info("Generation {} serves after {} ms{}", number, (System.nanoTime() - begin) / 1_000_000,
                GatewayLog.own(difference(before, next)));
        warnings.forEach(warning -> LOG.warn("{}", GatewayLog.own(warning)));
        return new Outcome(number, List.of(), warnings, files.files());
    }

    private static List<String> warnings(Generation before, Generation next) {
        List<String> warnings = new ArrayList<>();
        for (String key : KnownSettings.readAtStart()) {
            if (!before.gateway().settings().given(key).equals(next.gateway().settings().given(key))) {
                warnings.add(key + " has changed, which takes a restart");
            }
        }
        next.warnings().stream().map(Finding::toString).forEach(warnings::add);
        return warnings;
    }

    private static String difference(Generation before, Generation next) {
        Set<String> old = names(before);
        Set<String> added = names(next);
        Set<String> removed = new TreeSet<>(old);
        removed.removeAll(added);
        added.removeAll(old);
        return (added.isEmpty() ? "" : "; new: " + String.join(", ", added))
                + (removed.isEmpty() ? "" : "; gone: " + String.join(", ", removed));
    }

    private static Set<String> names(Generation generation) {
        return generation.gateway().catalogue().deployments().stream().map(Reloader::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String name(Deployment deployment) {
        return deployment.group() + " (" + deployment.rawModel() + ")";
    }

    /** Runs {@code action} while no generation is being prepared. */
    synchronized void betweenReloads(Runnable action) {
        action.run();
    }

    @Override
    public int generation() {
        return number;
    }

    @Override
    public Tally tally() {
        return tally;
    }

    @Override
    public List<String> problems() {
        return problems;
    }

    @Override
    public Optional<Ended> last() {
        return Optional.ofNullable(last);
    }
}
