package io.dromedary.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux has counted for a process. */
public final class Account {

    /** Linux tells times to programs in hundredths of a second, whatever its own clock. */
    private static final double MICROS_PER_TICK = 10_000;

    private Account() {
    }

    /** The CPU time that a process has used, in user and kernel mode, in microseconds (of 10 ms each). */
    public static double cpuMicros(long pid) {
        String[] fields = stat(Long.toString(pid));
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MICROS_PER_TICK;
    }

    /** The same with its children that have ended and those that run, in microseconds. */
    public static double cpuWithChildrenMicros(long pid) {
        String[] fields = stat(Long.toString(pid));
        double ended = (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) * MICROS_PER_TICK;
        double running = ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants)
                .mapToDouble(child -> cpuMicros(child.pid())).sum();
        return cpuMicros(pid) + ended + running;
    }

    /** The CPU time of this process's children that have ended, in microseconds. */
    public static double endedChildrenCpuMicros() {
        String[] fields = stat("self");
        return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) * MICROS_PER_TICK;
    }

    /**
     * The CPU time that all processes have used, the kernel's own and what the host has kept from it too, in
     * microseconds.
     */
    public static double machineCpuMicros() {
        String[] fields = read(Path.of("/proc/stat")).lines().findFirst().orElseThrow().trim().split("\\s+");
        double ticks = 0;
        for (int field : new int[] {1, 2, 3, 6, 7, 8}) {
            ticks += Long.parseLong(fields[field]);
        }
        return ticks * MICROS_PER_TICK;
    }

    /** The resident memory of a process, in MB. */
    public static double rssMb(long pid) {
        return statusKb(pid, "VmRSS:") / 1024.0;
    }

    /** The most resident memory since {@link #forgetPeak}, in MB. */
    public static double peakRssMb(long pid) {
        return statusKb(pid, "VmHWM:") / 1024.0;
    }

    /** Lets the peak of resident memory begin anew. */
    public static void forgetPeak(long pid) {
        try {
            Files.writeString(Path.of("/proc", Long.toString(pid), "clear_refs"), "5");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The fields after the command's name, which may hold spaces. */
    private static String[] stat(String pid) {
        String line = read(Path.of("/proc", pid, "stat"));
        return line.substring(line.lastIndexOf(')') + 2).split(" ");
    }

    private static long statusKb(long pid, String key) {
        return read(Path.of("/proc", Long.toString(pid), "status")).lines().filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElseThrow();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
