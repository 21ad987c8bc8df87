package io.dromedary.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command: measures, prints the tables, keeps them. */
@Command(name = "bench/run", mixinStandardHelpOptions = true,
        description = "Measures the packaged gateway, cold and warm, against a mock upstream and nginx.")
public final class Bench implements Callable<Integer> {

    private static final Map<String, Supplier<Measurement>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("cold", Cold::new);
        ALL.put("plain", PlainLoad::new);
        ALL.put("one", OneConnection::new);
        ALL.put("streams", Streams::new);
        ALL.put("many-streams", ManyStreams::new);
        ALL.put("dialects", Dialects::new);
        ALL.put("prompt", LargePrompt::new);
        ALL.put("memory", Memory::new);
        ALL.put("start", StartUp::new);
        ALL.put("breaker", OpenBreaker::new);
        ALL.put("models", ManyModels::new);
    }

    @Option(names = "--only", split = ",", paramLabel = "NAME",
            description = "Which measurements: cold, plain, one, streams, many-streams, dialects, prompt, memory, "
                    + "start, breaker, models")
    private List<String> only = new ArrayList<>(ALL.keySet());

    @Option(names = "--rounds", paramLabel = "N",
            description = "How often each target has its turn (7, at most 5 of cold; for --guard 4)")
    private Integer rounds;

    @Option(names = "--seconds", paramLabel = "N", description = "How long a turn of plain load is (5; for --guard 3)")
    private Integer seconds;

    @Option(names = "--warm-up", paramLabel = "N",
            description = "Least seconds of load before anything is measured (20)")
    private int warmUp = 20;

    @Option(names = "--no-write", description = "Keep no result file")
    private boolean noWrite;

    @Option(names = "--guard",
            description = "Fails if a plain request costs clearly more than one of the commit of the newest result, "
                    + "which takes turns, or, where there is no history, than the results that are kept; or if the "
                    + "first ones after a start take clearly longer than that commit's")
    private boolean guard;

    @Option(names = "--base", paramLabel = "FOLDER",
            description = "The packaged gateway of an earlier commit, which takes turns; bench/run --guard makes it")
    private Path base;

    @Option(names = "--no-checkout", description = "Leave the starts from the checkout out of cold")
    private boolean noCheckout;

    @Option(names = "--beside", paramLabel = "NAME=COMMAND",
            description = "Another gateway that takes turns too, as README.md shows; may be given several times")
    private Map<String, String> beside = new LinkedHashMap<>();

    @Option(names = "--beside-header", paramLabel = "NAME=HEADER",
            description = "A header that clients send to the one of that name; may be given several times")
    private List<String> besideHeaders = new ArrayList<>();

    private final Path root = Path.of(System.getProperty("bench.root")).toAbsolutePath();

    /** Runs it. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        List<String> unknown = only.stream().filter(name -> !ALL.containsKey(name)).toList();
        if (!unknown.isEmpty()) {
            System.err.println("No such measurement: " + String.join(", ", unknown) + ". There are "
                    + String.join(", ", ALL.keySet()));
            return 2;
        }
        List<String> nobodys = besideHeaders.stream().filter(header -> !beside.containsKey(header.split("=", 2)[0]))
                .toList();
        if (!nobodys.isEmpty()
                || !Collections.disjoint(beside.keySet(), List.of(Target.DIRECT, Target.NGINX, Target.GATEWAY, Target.BASE))) {
            System.err.println(
                    "--beside names another gateway than direct, nginx, gateway and base, and --beside-header one of "
                    + "--beside: "
                    + String.join(", ", nobodys));
            return 2;
        }
        Report report = new Report(root);
        Settings settings = new Settings(root, rounds != null ? rounds : guard ? 4 : 7,
                seconds != null ? seconds : guard ? 3 : 5, warmUp, others(), base, checkouts());
        try (Rig rig = new Rig(settings)) {
            if (guard) {
                // Both are told, whether or not the first holds.
                boolean cold = ColdGuard.holds(rig);
                return new Guard(root.resolve("bench/results")).holds(rig) && cold ? 0 : 1;
            }
            int measured = 0;
            for (Map.Entry<String, Supplier<Measurement>> entry : ALL.entrySet()) {
                if (only.contains(entry.getKey())) {
                    measured++;
                    System.err.println("Measuring " + entry.getKey() + ", " + measured + " of " + only.size() + " ...");
                    report.add(entry.getKey(), entry.getValue().get().run(rig));
                }
            }
            String text = report.text(settings);
            System.out.println(text);
            if (!noWrite) {
                System.err.println("Written to " + report.write(text));
            }
        }
        return 0;
    }

    /** The JDKs that bench/run has found, {@code VERSION=HOME} each. */
    private Map<String, String> checkouts() {
        Map<String, String> homes = new LinkedHashMap<>();
        if (!noCheckout) {
            for (String home : System.getProperty("bench.checkouts", "").split(":")) {
                if (home.contains("=")) {
                    homes.put(home.substring(0, home.indexOf('=')), home.substring(home.indexOf('=') + 1));
                }
            }
        }
        return homes;
    }

    private List<Beside> others() {
        return beside.entrySet().stream()
                .map(other -> new Beside(other.getKey(), other.getValue(), besideHeaders.stream()
                .filter(header -> header.startsWith(other.getKey() + "="))
                .map(header -> header.substring(other.getKey().length() + 1)).toList())).toList();
    }
}
