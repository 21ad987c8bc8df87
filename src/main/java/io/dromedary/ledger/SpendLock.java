package io.dromedary.ledger;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import io.dromedary.log.GatewayLog;

/**
 * Keeps a second gateway off a file for as long as this one has it. The lock is on a file beside it that stays there,
 * since the file itself is replaced at each start. The system takes the lock from a process that ends.
 */
final class SpendLock implements AutoCloseable {

    private static final GatewayLog LOG = GatewayLog.of(SpendLock.class);

    private final FileChannel channel;

    private SpendLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes it for {@code file}. Where the file system has no locks, the log tells so, and nothing is kept off.
     *
     * @throws IOException if another gateway has it, or nothing can be written beside the file
     */
    static SpendLock take(Path file) throws IOException {
        Path path = file.resolveSibling(file.getFileName() + ".lock");
        FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!isFree(channel, path)) {
            channel.close();
            throw new IOException("another gateway writes to it (it has locked " + path + ")");
        }
        return new SpendLock(channel);
    }

    private static boolean isFree(FileChannel channel, Path path) {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // it is in this process
        } catch (IOException e) {
            LOG.warn("{} cannot be locked: {}. Take care that no other gateway writes to the same file", path,
                    String.valueOf(e.getMessage()));
            return true;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("A lock could not be given back: {}", String.valueOf(e.getMessage()));
        }
    }
}
