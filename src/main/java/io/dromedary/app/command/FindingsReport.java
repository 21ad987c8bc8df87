package io.dromedary.app.command;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.dromedary.config.GatewayConfig;
import io.dromedary.findings.Finding;
import io.dromedary.findings.Rule;
import io.dromedary.json.Json;
import io.dromedary.model.Deployment;

/** How faults are printed: a line each that editors understand ({@code file:line:column: error: ...}), or JSON. */
enum FindingsReport {

    /** A verdict, then {@code file:line:column: error: key: problem. Mend [rule]}, then how many there were. */
    text {
        @Override
        void print(List<Finding> faults, Looked at, PrintWriter out) {
            out.println(verdict(faults, at.config()));
            faults.forEach(fault ->
                    out.println(fault.place() + ": " + severity(fault) + ": " + fault.key() + ": " + fault.problem()
                    + (fault.mend().isEmpty() ? "" : ". " + fault.mend()) + " [" + fault.rule().id() + "]"));
            long errors = faults.stream().filter(Finding::stops).count();
            if (at.all() && at.config() != null) {
                at.config().notes().forEach(out::println);
            }
            String named = at.named().isEmpty() ? "" : ", " + at.named().stream().map(Path::toString)
                    .collect(Collectors.joining(", ")) + " among them";
            out.println(at.files() + " files" + named + (faults.isEmpty() ? ": no faults" : ": " + errors + " errors, "
                    + (faults.size() - errors) + " warnings"));
        }
    },

    /** An object with {@code files}, {@code errors}, {@code warnings} and the list {@code faults}. */
    json {
        @Override
        void print(List<Finding> faults, Looked at, PrintWriter out) {
            long errors = faults.stream().filter(Finding::stops).count();
            Map<String, Object> report = new LinkedHashMap<>();
            report.put("files", at.files());
            report.put("starts", errors == 0);
            report.put("errors", errors);
            report.put("warnings", faults.size() - errors);
            report.put("faults", faults.stream().map(FindingsReport::asMap).toList());
            out.println(new String(Json.bytes(report), StandardCharsets.UTF_8));
        }
    };

    /** Where they stand, first to last. */
    static final Comparator<Finding> BY_PLACE = Comparator.<Finding, String>comparing(fault -> fault.place().file())
            .thenComparingInt(fault -> fault.place().line()).thenComparingInt(fault -> fault.place().column());

    /** What stops the start, then what leaves a model out, then the rest. */
    static final Comparator<Finding> BY_WEIGHT = Comparator.comparingInt(
            fault -> fault.stops() ? 0 : fault.rule() == Rule.MODEL_SERVED ? 1 : 2);

    /**
     * What was looked at.
     *
     * @param files  how many files
     * @param named  those that were named on the command line
     * @param config null where it could not be read
     * @param all    whether to tell what is in order too
     */
    record Looked(int files, List<Path> named, GatewayConfig config, boolean all) {
    }

    /** Prints them, in the order given. */
    abstract void print(List<Finding> faults, Looked at, PrintWriter out);

    private static String verdict(List<Finding> faults, GatewayConfig config) {
        long decisions = faults.stream().filter(fault -> fault.stops() || fault.rule() == Rule.MODEL_SERVED).count();
        String models = "";
        if (config != null) {
            int total = config.unserved().total(config.catalogue());
            int served = (int) config.catalogue().deployments().stream().map(Deployment::group).distinct().count();
            models = "; " + served + " of " + total + " models served";
        }
        return "starts: " + (faults.stream().anyMatch(Finding::stops) ? "no" : "yes") + models + "; " + decisions
                + (decisions == 1 ? " needs you" : " need you");
    }

    private static String severity(Finding fault) {
        return fault.stops() ? "error" : "warning";
    }

    private static Map<String, Object> asMap(Finding fault) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("file", fault.place().file());
        map.put("line", fault.place().line());
        map.put("column", fault.place().column());
        map.put("severity", severity(fault));
        map.put("rule", fault.rule().id());
        map.put("key", fault.key());
        map.put("problem", fault.problem());
        map.put("mend", fault.mend());
        return map;
    }
}
