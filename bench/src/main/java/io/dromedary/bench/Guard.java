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

/**
 * Holds the cost of a plain request against that of an earlier commit whose gateway takes turns in the same run: the
 * machine is then the same for both. Where there is none, against the lowest ratio to nginx among the results that are
 * kept; that differs between machines by far more, so its limit is a wide one.
 */
final class Guard {

    private static final int ATTEMPTS = 3;
    /** Of the base's CPU. Rounds of the same code differ by up to 5 %. */
    private static final double OVER_BASE = 1.10;
    /** Of the kept ratio to nginx. The same code was seen at 3.6 on one machine and at 6.6 on another. */
    private static final double OVER_KEPT = 2.2;
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
     * Whether a request costs no more than it may; prints what was measured. Measures up to three times before it says
     * no, since a busy machine keeps the JVM's compilers from their work.
     */
    boolean holds(Rig rig) throws Exception {
        Optional<Kept> kept = lowest();
        boolean paired = rig.settings().base() != null;
        if (!paired && kept.isEmpty()) {
            System.out.println("No result with a ratio in " + results + ": run bench/run and commit its file");
            return false;
        }
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Section plain = new PlainLoad().run(rig);
            System.out.print(plain.markdown());
            if (paired ? withinBase(plain) : withinKept(plain, kept.get())) {
                return true;
            }
        }
        return false;
    }

    private static boolean withinBase(Section plain) {
        Series ratio = plain.series(PlainLoad.CPU, Target.GATEWAY)
                .dividedBy(plain.series(PlainLoad.CPU, Target.BASE));
        System.out.println("CPU per plain request, x the base: " + Series.text(ratio.min()) + " / "
                + Series.text(ratio.median()) + " / " + Series.text(ratio.max()) + ", the median at most "
                + Series.text(OVER_BASE));
        return ratio.median() <= OVER_BASE;
    }

    private static boolean withinKept(Section plain, Kept kept) {
        // The lowest of the rounds: others on the machine make a request dearer, never cheaper.
        double now = plain.overNginx(PlainLoad.CPU).min();
        double limit = kept.ratio() * OVER_KEPT;
        System.out.println("CPU per plain request, x nginx: " + Series.text(now) + " at the lowest now, "
                + Series.text(kept.ratio()) + " in " + kept.file() + ", at most " + Series.text(limit));
        return now <= limit;
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
