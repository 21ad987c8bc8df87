package io.dromedary.ledger;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.dromedary.log.GatewayLog;

/**
 * The file in which budgets outlive the process ({@code gateway.keys.spend-file}). What has changed is added to its end
 * every ten seconds and at the gateway's end; the last line of a budget counts. When the gateway starts it is read, and
 * written anew with one line for each budget. After a crash the last ten seconds are missing. What cannot be written is
 * tried again, and counting goes on meanwhile. One gateway at a time has it: a second one would lose the first one's
 * sums.
 */
public final class SpendFile implements AutoCloseable {

    private static final GatewayLog LOG = GatewayLog.of(SpendFile.class);
    private static final int LONGEST_LINE = 16 * 1024;
    private static final long LOOK_SECONDS = 10;
    private static final long LAST_WORDS_MS = 5000;

    private final Path path;
    private final LocalLedger ledger;
    private final SpendLock lock;
    private final Map<String, Spend> written = new HashMap<>();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> {
                Thread writer = new Thread(task, "spend-file");
                writer.setDaemon(true);
                return writer;
            });
    private boolean failing;

    private SpendFile(Path path, SpendLock lock, LocalLedger ledger) {
        this.path = path;
        this.lock = lock;
        this.ledger = ledger;
    }

    /**
     * Reads what the file has into {@code ledger}, and keeps the ledger's budgets in it from then on.
     *
     * @throws IOException if it cannot be read or written to, or another gateway has it
     */
    public static SpendFile open(Path path, LocalLedger ledger) throws IOException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new IOException("it is no file"); // a device may have no end
        }
        SpendLock lock = SpendLock.take(path);
        SpendFile file = new SpendFile(path, lock, ledger);
        try {
            file.read();
            file.writeAnew();
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
        file.thread.scheduleWithFixedDelay(file::write, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        return file;
    }

    private void read() throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        int[] bad = {0};
        // Bytes as they are: a line that was torn may end within a character.
        try (Stream<String> lines = Files.lines(path, StandardCharsets.ISO_8859_1)) {
            lines.filter(line -> !line.isEmpty()).forEach(line -> bad[0] += take(line) ? 0 : 1);
        }
        written.values().forEach(ledger::recall);
        if (bad[0] > 0) {
            LOG.warn("{} has {} lines that are no budgets: they are left out", path, bad[0]);
        }
    }

    private boolean take(String line) {
        try {
            if (line.length() > LONGEST_LINE) {
                return false;
            }
            Spend spend = Spend.read(line.getBytes(StandardCharsets.ISO_8859_1));
            written.put(name(spend), spend);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String name(Spend spend) {
        return spend.account() + '\n' + spend.limit();
    }

    /** One line for each budget; the old file stays until the new one is whole. */
    private void writeAnew() throws IOException {
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        Files.write(fresh, lines(List.copyOf(written.values())));
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Adds what has changed since it was written last. */
    private void write() {
        List<Spend> changed = ledger.spends().stream()
                .filter(spend -> spend.micros() > 0 || written.containsKey(name(spend)))
                .filter(spend -> !spend.equals(written.get(name(spend)))).toList();
        if (changed.isEmpty()) {
            return;
        }
        try {
            Files.write(path, lines(changed), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            changed.forEach(spend -> written.put(name(spend), spend));
            if (failing) {
                failing = false;
                LOG.info("Budgets are written to {} again", path);
            }
        } catch (IOException | RuntimeException e) {
            if (!failing) {
                failing = true;
                LOG.error("Budgets could not be written to {}: {}. It is tried again", path,
                        String.valueOf(e.getMessage()));
            }
        }
    }

    /** Begins with a line end where what is there may be torn: an empty line is none. */
    private static byte[] lines(List<Spend> spends) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        lines.write('\n');
        spends.forEach(spend -> lines.writeBytes(spend.line()));
        return lines.toByteArray();
    }

    /** Writes what is left. */
    @Override
    public void close() {
        thread.execute(this::write);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(LAST_WORDS_MS, TimeUnit.MILLISECONDS)) {
                LOG.warn("The last of the budgets could not be written to {} in time", path);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.close();
        }
    }
}
