package io.dromedary.app.command;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.dromedary.findings.Finding;
import io.dromedary.json.Json;

/** How faults are printed: a line each that editors understand ({@code file:line:column: error: ...}), or JSON. */
enum FindingsReport {

    /** {@code file:line:column: error: key: problem. Mend [rule]}, then how many there were. */
    text {
        @Override
        void print(List<Finding> faults, int files, PrintWriter out) {
            faults.forEach(fault ->
                    out.println(fault.place() + ": " + severity(fault) + ": " + fault.key() + ": " + fault.problem()
                    + (fault.mend().isEmpty() ? "" : ". " + fault.mend()) + " [" + fault.rule().id() + "]"));
            long errors = faults.stream().filter(Finding::stops).count();
            out.println(faults.isEmpty() ? files + " files: no faults" : files + " files: " + errors + " errors, "
                    + (faults.size() - errors) + " warnings");
        }
    },

    /** An object with {@code files}, {@code errors}, {@code warnings} and the list {@code faults}. */
    json {
        @Override
        void print(List<Finding> faults, int files, PrintWriter out) {
            long errors = faults.stream().filter(Finding::stops).count();
            Map<String, Object> report = new LinkedHashMap<>();
            report.put("files", files);
            report.put("errors", errors);
            report.put("warnings", faults.size() - errors);
            report.put("faults", faults.stream().map(FindingsReport::asMap).toList());
            out.println(new String(Json.bytes(report), StandardCharsets.UTF_8));
        }
    };

    /** Where they stand, first to last. */
    static final Comparator<Finding> BY_PLACE = Comparator.<Finding, String>comparing(fault -> fault.place().file())
            .thenComparingInt(fault -> fault.place().line()).thenComparingInt(fault -> fault.place().column());

    /** Prints them; {@code files} is how many were looked at. */
    abstract void print(List<Finding> faults, int files, PrintWriter out);

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
