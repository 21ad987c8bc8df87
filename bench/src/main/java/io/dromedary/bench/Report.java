package io.dromedary.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a run has found, as Markdown. */
final class Report {

    private final Path root;
    private final LocalDateTime begin = LocalDateTime.now();
    private final String load = load();
    private final Map<String, Section> sections = new LinkedHashMap<>();

    /** @param root the checkout */
    Report(Path root) {
        this.root = root;
    }

    /** Adds what one measurement has found. */
    void add(String name, Section section) {
        sections.put(name, section);
    }

    /** The whole text: where it was measured, the goals, each measurement. */
    String text(Settings settings) throws IOException, InterruptedException {
        StringBuilder out =
                new StringBuilder("# Measured " + begin.format(DateTimeFormatter.ISO_LOCAL_DATE) + " at commit ")
                .append(commit()).append(changed() ? ", with changes that are not committed" : "").append("\n\n");
        out.append("- Machine: ").append(Runtime.getRuntime().availableProcessors()).append(" cores, ")
                .append(processor()).append(", Linux ").append(System.getProperty("os.version"))
                .append("; load when it began: ").append(load).append('\n');
        out.append("- Java ").append(System.getProperty("java.runtime.version")).append(" (")
                .append(System.getProperty("java.vendor")).append("), gateway with `").append(settings.javaOptions())
                .append("`\n");
        out.append("- ").append(said("nginx", "-v")).append("; ")
                .append(said("wrk", "-v").replaceAll(" \\[.*", "")).append('\n');
        out.append("- ").append(settings.rounds()).append(" rounds, targets in random order, ")
                .append(settings.seconds())
                .append(" s of plain load each, ratios and differences of the same round, after ")
                .append(settings.warmUp())
                .append(" s of warm-up\n\n## Goals\n\n").append(Goal.HEAD);
        sections.values().forEach(section -> section.goals().forEach(goal -> out.append(goal.row())));
        out.append("\nThe median is held against the goal.\n\n## Measurements\n\n");
        sections.values().forEach(section -> out.append(section.markdown()));
        if (sections.containsKey("plain")) {
            out.append(Guard.line(sections.get("plain").overNginx(PlainLoad.CPU).median()));
        }
        return out.toString();
    }

    /** Keeps the text; the file. */
    Path write(String text) throws IOException {
        Path folder = Files.createDirectories(root.resolve("bench/results"));
        String name = begin.format(DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HHmm")) + "-" + commit() + ".md";
        return Files.writeString(folder.resolve(name), text);
    }

    private String commit() throws IOException {
        return said("git", "rev-parse", "--short", "HEAD");
    }

    private boolean changed() throws IOException {
        return !said("git", "status", "--porcelain", "--untracked-files=no").isEmpty();
    }

    private static String processor() throws IOException {
        return Files.readAllLines(Path.of("/proc/cpuinfo")).stream().filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).trim()).findFirst().orElse("unknown processor");
    }

    private static String load() {
        try {
            return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** The first line that a command prints. */
    private String said(String... command) throws IOException {
        Process process = new ProcessBuilder(command).directory(root.toFile()).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().findFirst()
                .orElse("").trim();
    }
}
