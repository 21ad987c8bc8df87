package io.dromedary.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Holds the cost of a plain request, as a ratio to nginx in the same run, against the lowest result that is kept. */
final class Guard {

    private static final int ATTEMPTS = 3;
    private static final double TOLERANCE = 1.5;
    private static final Pattern LINE = Pattern.compile("<!-- guard: cpu-ratio=([0-9.]+) -->");

    private final Path results;

    /** @param results the folder of the result files */
    Guard(Path results) {
        this.results = results;
    }

    /** The line by which a result file tells its ratio. */
    static String line(double ratio) {
        return "<!-- guard: cpu-ratio=" + Series.text(ratio) + " -->\n";
    }

    /**
     * Whether the ratio is still within 1.5 x the one that is kept; prints both. Measures up to three times before it
     * says no, since a busy machine keeps the JVM's compilers from their work.
     */
    boolean holds(Rig rig) throws Exception {
        Optional<Kept> kept = lowest();
        if (kept.isEmpty()) {
            System.out.println("No result with a ratio in " + results + ": run bench/run and commit its file");
            return false;
        }
        double limit = kept.get().ratio() * TOLERANCE;
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Section plain = new PlainLoad().run(rig);
            // The lowest of the rounds: others on the machine make a request dearer, never cheaper.
            double now = plain.overNginx(PlainLoad.CPU).min();
            System.out.print(plain.markdown());
            System.out.println("CPU per plain request, x nginx: " + Series.text(now) + " at the lowest now, "
                    + Series.text(kept.get().ratio()) + " in " + kept.get().file() + ", at most " + Series.text(limit));
            if (now <= limit) {
                return true;
            }
        }
        return false;
    }

    /** Of all that are kept: a result from a busy machine must not give a request leave to cost more. */
    private Optional<Kept> lowest() throws IOException {
        if (!Files.isDirectory(results)) {
            return Optional.empty();
        }
        List<Kept> kept = new ArrayList<>();
        try (Stream<Path> files = Files.list(results)) {
            for (Path file : files.toList()) {
                Matcher matcher = LINE.matcher(Files.readString(file));
                if (matcher.find()) {
                    kept.add(new Kept(file.getFileName().toString(), Double.parseDouble(matcher.group(1))));
                }
            }
        }
        return kept.stream().min(Comparator.comparingDouble(Kept::ratio));
    }

    private record Kept(String file, double ratio) {
    }
}
