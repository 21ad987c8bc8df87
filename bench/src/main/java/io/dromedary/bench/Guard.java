package io.dromedary.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Holds the cost of a plain request, as a ratio to nginx in the same run, against the newest result that is kept. */
final class Guard {

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

    /** Whether the ratio of this measurement is still within 1.5 x the one that is kept; prints both. */
    boolean check(Section plain) throws IOException {
        double now = plain.overNginx(PlainLoad.CPU).median();
        Optional<Kept> kept = newest();
        System.out.print(plain.markdown());
        if (kept.isEmpty()) {
            System.out.println("No result with a ratio in " + results + ": run bench/run and commit its file. Now: "
                    + Series.text(now));
            return false;
        }
        double limit = kept.get().ratio() * TOLERANCE;
        System.out.println("CPU per plain request, x nginx: " + Series.text(now) + " now, " + Series.text(kept.get().ratio())
                + " in " + kept.get().file() + ", at most " + Series.text(limit));
        return now <= limit;
    }

    private Optional<Kept> newest() throws IOException {
        if (!Files.isDirectory(results)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(results)) {
            for (Path file : files.sorted(Comparator.comparing(Path::getFileName).reversed()).toList()) {
                Matcher matcher = LINE.matcher(Files.readString(file));
                if (matcher.find()) {
                    return Optional.of(new Kept(file.getFileName().toString(), Double.parseDouble(matcher.group(1))));
                }
            }
        }
        return Optional.empty();
    }

    private record Kept(String file, double ratio) {
    }
}
