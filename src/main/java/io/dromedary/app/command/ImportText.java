package io.dromedary.app.command;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.dromedary.config.ImportReport.Fate;
import io.dromedary.config.ImportReport.Line;
import io.dromedary.config.ImportReport.Outcome;

/**
 * The report of an import for people: a verdict, then what needs a decision, what differs, what is ignored. What is
 * said of a key in several places in the same words is printed once.
 */
final class ImportText {

    private ImportText() {
    }

    static void print(Outcome outcome, boolean all, PrintWriter out) {
        out.println(verdict(outcome));
        section("Needs you", List.of(Fate.STOPS, Fate.NOT_SERVED), outcome, out);
        section("Behaves differently", List.of(Fate.DIFFERS), outcome, out);
        section("Ignored", List.of(Fate.IGNORED), outcome, out);
        if (all) {
            section("Carries over", List.of(Fate.CARRIES_OVER), outcome, out);
        } else {
            out.printf("%n%d keys carry over; --all lists them.%n", outcome.keys(Fate.CARRIES_OVER));
        }
    }

    private static String verdict(Outcome outcome) {
        long differ = outcome.keys(Fate.DIFFERS);
        long decisions = outcome.decisions();
        return "starts: " + (outcome.starts() ? "yes; " + outcome.served() + " of " + outcome.models()
                + " models served" : "no; " + outcome.models() + " models named")
                + "; " + differ + (differ == 1 ? " setting differs" : " settings differ")
                + "; " + decisions + (decisions == 1 ? " needs you" : " need you");
    }

    private static void section(String title, List<Fate> fates, Outcome outcome, PrintWriter out) {
        Map<String, Line> first = new LinkedHashMap<>();
        Map<String, Integer> more = new LinkedHashMap<>();
        for (Fate fate : fates) {
            outcome.lines().stream().filter(line -> line.fate() == fate).forEach(line -> {
                String said = fate + line.key() + line.note();
                if (first.putIfAbsent(said, line) != null) {
                    more.merge(said, 1, Integer::sum);
                }
            });
        }
        if (first.isEmpty()) {
            return;
        }
        out.printf("%n%s%n", title);
        first.forEach((said, line) -> out.printf("  %s:%d: %-13s %s%s%s%n", line.place().file(), line.place().line(),
                ImportCommand.words(line.fate()), line.key(), line.note().isEmpty() ? "" : ": " + line.note(),
                more.containsKey(said) ? " (and " + more.get(said) + " more)" : ""));
    }
}
