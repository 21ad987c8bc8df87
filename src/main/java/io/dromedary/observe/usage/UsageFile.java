package io.dromedary.observe.usage;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.dromedary.log.GatewayLog;

/**
 * The file in which hourly totals outlive the process ({@code gateway.usage.file}). Each hour that is over is added to
 * its end, and at the gateway's end the hour that runs; a line that says nothing new of an hour is a part of it, and
 * parts are added up. It is read once, when the gateway starts. On a thread of its own; what cannot be written is tried
 * again, and counting goes on meanwhile.
 */
public final class UsageFile implements AutoCloseable {

    private static final GatewayLog LOG = GatewayLog.of(UsageFile.class);
    private static final int LONGEST_LINE = 16 * 1024;
    private static final long LOOK_SECONDS = 10;
    private static final long LAST_WORDS_MS = 5000;

    private final Path path;
    private final UsageTotals totals;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> {
                Thread writer = new Thread(task, "usage-file");
                writer.setDaemon(true);
                return writer;
            });
    private Instant written = Instant.EPOCH;
    private boolean torn;
    private boolean failing;

    private UsageFile(Path path, UsageTotals totals) {
        this.path = path;
        this.totals = totals;
    }

    /**
     * Reads what the file has into {@code totals}, and writes it on from then on.
     *
     * @throws IOException if it cannot be read or written to
     */
    public static UsageFile open(Path path, UsageTotals totals) throws IOException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new IOException("it is no file"); // a device may have no end
        }
        UsageFile file = new UsageFile(path, totals);
        file.read();
        Files.newByteChannel(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
        file.thread.scheduleWithFixedDelay(() -> file.write(false), LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        return file;
    }

    private void read() throws IOException {
        int bad = 0;
        long firstBad = 0;
        long number = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path), LONGEST_LINE)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            int read;
            do {
                read = in.read();
                if (read >= 0 && read != '\n') {
                    if (line.size() < LONGEST_LINE) {
                        line.write(read); // none of ours is longer, and one that is cut is no JSON
                    }
                    continue;
                }
                number++;
                torn = read < 0 && line.size() > 0;
                if (!take(line.toByteArray())) {
                    bad++;
                    firstBad = firstBad == 0 ? number : firstBad;
                }
                line.reset();
            } while (read >= 0);
        } catch (NoSuchFileException e) {
            return;
        }
        if (bad > 0) {
            LOG.warn("{} has {} lines that are no totals of an hour, the first in line {}: they are left out", path,
                    bad, firstBad);
        }
    }

    private boolean take(byte[] line) {
        if (line.length == 0) {
            return true;
        }
        try {
            UsageLine read = UsageLine.read(line);
            totals.addBefore(read.hour(), read.key(), read.usage());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Writes the hours that are over.
     *
     * @param last whether to write the hour that runs, too
     */
    synchronized void write(boolean last) {
        for (Instant hour : totals.hoursAfter(written, last)) {
            ByteArrayOutputStream lines = new ByteArrayOutputStream();
            if (torn) {
                lines.write('\n');
            }
            totals.ofHour(hour).forEach((key, usage) ->
                    lines.writeBytes(new UsageLine(hour, key, usage).bytes()));
            if (!append(lines.toByteArray())) {
                return;
            }
            written = hour;
        }
    }

    /** All of it or, as far as the disk lets it, nothing: what was written of it is taken back. */
    private boolean append(byte[] lines) {
        long before = -1;
        try (SeekableByteChannel channel =
                Files.newByteChannel(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            before = channel.size();
            channel.position(before);
            try {
                ByteBuffer bytes = ByteBuffer.wrap(lines);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } catch (IOException e) {
                torn = true;
                channel.truncate(before);
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            if (!failing) {
                failing = true;
                LOG.error("The totals of an hour could not be written to {}: {}. They are kept for {} hours, and tried "
                        + "again", path, String.valueOf(e.getMessage()), UsageTotals.HOURS);
            }
            return false;
        }
        torn = false;
        if (failing) {
            failing = false;
            LOG.info("The totals of hours are written to {} again", path);
        }
        return true;
    }

    /** Writes what is left. */
    @Override
    public void close() {
        thread.execute(() -> write(true));
        thread.shutdown();
        try {
            if (!thread.awaitTermination(LAST_WORDS_MS, TimeUnit.MILLISECONDS)) {
                LOG.warn("The totals of the last hour could not be written to {} in time", path);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
