package io.dromedary.app.serve;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.dromedary.log.GatewayLog;

/**
 * Tells when the content of the watched files has changed and has been left alone for a moment, so that a file that is
 * still being written, or the second of two that belong together, is waited for. A change back before that moment is
 * none.
 */
final class FileWatch implements AutoCloseable {

    private static final GatewayLog LOG = GatewayLog.of(FileWatch.class);
    private static final long LOOK_EVERY_MS = 300;

    private final WatchedFiles files;
    private final Runnable changed;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread watch = new Thread(task, "file-watch");
        watch.setDaemon(true);
        return watch;
    });
    private String stamp = "";
    private String served;
    private boolean restless;

    /** @param changed runs on the watch's own thread; may take long */
    FileWatch(WatchedFiles files, Runnable changed) {
        this.files = files;
        this.changed = changed;
        this.served = files.digest(files.now());
    }

    /** Begins to look. */
    void start() {
        thread.scheduleWithFixedDelay(this::look, LOOK_EVERY_MS, LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            List<Path> now = files.now();
            String newStamp = files.stamp(now);
            if (!newStamp.equals(stamp)) {
                stamp = newStamp;
                restless = true;
            } else if (restless) {
                String digest = files.digest(now);
                restless = false;
                if (!digest.equals(served)) {
                    served = digest;
                    changed.run();
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("The files could not be looked at; trying again", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
