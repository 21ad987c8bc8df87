package io.dromedary.log;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.dromedary.harness.LogLines;

/** Lines that are read come whole, in their order, and all of them; what is dropped where nobody reads is told. */
@Timeout(60)
class LineQueueTest {

    /** As many bytes as wait at most, and of each line here. */
    private static final int MOST = 1024 * 1024;
    private static final int LINE = 100;
    private static final long SOON_MS = 30_000;

    private final Reader reader = new Reader();
    private final LineQueue queue = new LineQueue(reader);

    /** Takes what comes, once it may. */
    private static final class Reader extends OutputStream {

        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final CountDownLatch entered = new CountDownLatch(1);
        private volatile CountDownLatch reads = new CountDownLatch(0);

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            entered.countDown();
            boolean interrupted = false;
            while (true) {
                try {
                    reads.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            synchronized (taken) {
                taken.write(bytes, from, length);
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        List<String> lines() {
            synchronized (taken) {
                return taken.toString(StandardCharsets.US_ASCII).lines().toList();
            }
        }
    }

    private static String line(int number) {
        return String.format("%0" + (LINE - 1) + "d", number);
    }

    private void write(int number) {
        byte[] bytes = (line(number) + "\n").getBytes(StandardCharsets.US_ASCII);
        queue.write(bytes, 0, bytes.length);
    }

    /** From now on the queue's thread stands in a write, and nothing else waits. */
    private void stopReading() throws InterruptedException {
        reader.reads = new CountDownLatch(1);
        write(0);
        queue.flush();
        reader.entered.await();
    }

    /** A thread that waits for room in the middle of line 10486: 76 bytes of it have found some. */
    private Thread writesUntilItWaits(int lines, AtomicBoolean interruptedInTheEnd) {
        Thread thread = new Thread(() -> {
            IntStream.rangeClosed(1, lines).forEach(this::write);
            interruptedInTheEnd.set(Thread.currentThread().isInterrupted());
        });
        thread.start();
        await().until(() -> thread.getState() == Thread.State.WAITING);
        return thread;
    }

    @Test
    void noLineIsDroppedWhileTheyAreRead() {
        queue.dropsLines();
        int written = 0;
        for (int round = 0; round < 20; round++) {
            for (int bytes = 0; bytes < MOST + MOST / 4; bytes += LINE) {
                write(written++);
            }
            queue.drain(SOON_MS);
        }
        assertEquals(IntStream.range(0, written).mapToObj(LineQueueTest::line).toList(), reader.lines());
    }

    @Test
    void whatIsDroppedIsCountedAndToldWhenTheRestIsRead() throws Exception {
        try (LogLines log = LogLines.collect()) {
            queue.dropsLines();
            stopReading();
            int written = 3 * MOST / LINE;
            IntStream.rangeClosed(1, written).forEach(this::write);
            reader.reads.countDown();
            queue.drain(SOON_MS);
            List<String> read = reader.lines();
            assertEquals(IntStream.rangeClosed(0, MOST / LINE).mapToObj(LineQueueTest::line).toList(), read);
            String told = (written + 1 - read.size()) + " lines of the log are missing before this one: standard "
                    + "output was not read";
            await().until(() -> log.lines().contains(told));
            write(written + 1);
            queue.drain(SOON_MS);
            assertEquals(line(written + 1), reader.lines().get(read.size()), "the next line comes again");
            assertEquals(1, log.lines().stream().filter(line -> line.contains("lines of the log")).count());
        }
    }

    @Test
    void aLineThatHadBegunIsNotCutInTwo() throws Exception {
        stopReading();
        Thread writes = writesUntilItWaits(MOST / LINE + 1, new AtomicBoolean());
        queue.dropsLines();
        writes.join();
        reader.reads.countDown();
        queue.drain(SOON_MS);
        assertEquals(IntStream.rangeClosed(0, MOST / LINE + 1).mapToObj(LineQueueTest::line).toList(), reader.lines());
    }

    @Test
    void whoIsInterruptedWhileItWaitsLosesNothingAndIsToldInTheEnd() throws Exception {
        stopReading();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread writes = writesUntilItWaits(2 * MOST / LINE, interrupted);
        writes.interrupt();
        await().until(() -> !writes.isInterrupted());
        assertTrue(writes.isAlive());
        assertFalse(interrupted.get());
        reader.reads.countDown();
        writes.join();
        queue.drain(SOON_MS);
        assertEquals(IntStream.rangeClosed(0, 2 * MOST / LINE).mapToObj(LineQueueTest::line).toList(), reader.lines());
        assertTrue(interrupted.get());
    }
}
