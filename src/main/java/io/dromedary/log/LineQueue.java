package io.dromedary.log;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Collects lines and hands them to the system together, on a thread of its own, {@value #MOST_MS} ms later or when it
 * is flushed, or half full. At most {@value #MOST_BYTES} bytes wait, and the rest of a line that had begun. Where
 * nobody reads them, whoever writes is kept waiting, or, once {@link #dropsLines} was called, goes on: the line is
 * dropped and counted, and the log says how many are missing as soon as it is read again.
 */
public final class LineQueue extends OutputStream {

    private static final int MOST_BYTES = 1024 * 1024;
    private static final int FIRST_BYTES = 64 * 1024;
    private static final long MOST_MS = 100;

    private final OutputStream out;
    private final Thread writer = new Thread(this::writeForEver, "standard-output");
    private byte[] waiting = new byte[FIRST_BYTES];
    private int count;
    private boolean writing;
    /** The writer takes what there is as soon as it is asked: nothing keeps it, neither a reader nor the log's lock. */
    private boolean idle = true;
    private boolean asked;
    private boolean drops;
    private long missing;
    private long dropped;

    /** Lines for {@code out}. */
    public LineQueue(OutputStream out) {
        this.out = out;
        writer.setDaemon(true);
        writer.start();
    }

    /** From now on, nobody waits for the reader. */
    public synchronized void dropsLines() {
        drops = true;
        notifyAll();
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /** Takes a line as a whole, or drops it as a whole. The one about lines that are missing always finds room. */
    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
        if (Thread.currentThread() == writer) {
            add(bytes, from, length);
            return;
        }
        boolean interrupted = false;
        int next = from;
        while (next < from + length) {
            int room = MOST_BYTES - count;
            int rest = from + length - next;
            if (drops && next > from) {
                // Its beginning was taken while lines were waited for: without its end, the next line would go on
                // where it broke off.
                add(bytes, next, rest);
                next += rest;
            } else if (drops && room < rest && !(idle && count > 0)) {
                missing++;
                dropped++;
                next += rest;
            } else if (drops && room < rest || room <= 0) {
                askWriter();
                interrupted |= awaitNotice(0);
            } else {
                int taken = Math.min(room, rest);
                add(bytes, next, taken);
                next += taken;
            }
        }
        if (count >= MOST_BYTES / 2) {
            askWriter();
        }
        if (interrupted) {
            // Output goes on: the thread is told where it waits for something of its own.
            Thread.currentThread().interrupt();
        }
    }

    /** How many lines were dropped since the start. */
    public synchronized long dropped() {
        return dropped;
    }

    private void askWriter() {
        if (!asked) {
            asked = true;
            notifyAll();
        }
    }

    private void add(byte[] bytes, int from, int length) {
        if (count + length > waiting.length) {
            waiting = Arrays.copyOf(waiting, Math.max(count + length, Math.min(MOST_BYTES, 2 * waiting.length)));
        }
        System.arraycopy(bytes, from, waiting, count, length);
        count += length;
    }

    /** Has them handed over without delay; does not wait for it. */
    @Override
    public synchronized void flush() {
        if (count > 0) {
            askWriter();
        }
    }

    /**
     * Waits until all has been handed over.
     *
     * @param ms how long at most, in ms
     */
    public synchronized void drain(long ms) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        boolean interrupted = false;
        flush();
        while ((count > 0 || writing) && end - System.nanoTime() > 0) {
            interrupted |= awaitNotice(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a notice; returns whether the thread was interrupted, which it is to be told when it is done here. */
    private boolean awaitNotice(long ms) {
        try {
            wait(ms);
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    private void writeForEver() {
        byte[] taken = new byte[FIRST_BYTES];
        while (true) {
            int length;
            synchronized (this) {
                idle = true;
                if (!asked) {
                    awaitNotice(MOST_MS);
                }
                asked = false;
                byte[] next = waiting;
                waiting = taken;
                taken = next;
                length = count;
                count = 0;
                writing = length > 0;
                idle = !writing;
                notifyAll();
            }
            if (length > 0) {
                handOver(taken, length);
            }
            tellMissing();
        }
    }

    private void handOver(byte[] bytes, int length) {
        try {
            out.write(bytes, 0, length);
            out.flush();
        } catch (IOException e) {
            // The reader has gone for good: nobody is left who could be told.
            return;
        } finally {
            synchronized (this) {
                writing = false;
                idle = missing == 0;
                notifyAll();
            }
        }
    }

    private void tellMissing() {
        long lines;
        synchronized (this) {
            lines = missing;
            missing = 0;
            if (lines > 0) {
                // Whoever waits for the writer keeps the log's lock, which the writer is to take now.
                idle = false;
                notifyAll();
            }
        }
        if (lines > 0) {
            // Named here: this class stands under all that is logged, and is there before the log's form is chosen.
            GatewayLog.named("dromedary.log").warn(
                    "{} lines of the log are missing before this one: standard output was not read", lines);
        }
    }
}
