package io.dromedary.time;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A gateway that is late itself does not find its upstream late. */
class DeadlineTest {

    private final ClockTimer timer = new ClockTimer();
    private final AtomicBoolean aborted = new AtomicBoolean();
    private final Deadline watch = new Deadline(timer, () -> aborted.set(true));
    private final Queue<Runnable> busyLoop = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        watch.close();
        timer.close();
    }

    @Test
    void aClockRunsOutByItself() {
        watch.expect(Clock.CONNECT, 20);
        await().untilTrue(aborted);
    }

    @Test
    void whatCameBeforeTheJudgeLookedIsNotLate() {
        watch.judgedBy(busyLoop::add);
        watch.expect(Clock.CONNECT, 20);
        await().until(() -> !busyLoop.isEmpty());
        watch.pause();
        busyLoop.remove().run();
        assertFalse(aborted.get());
        assertNull(watch.expired());
    }

    @Test
    void anotherClockThatBeganMeanwhileRunsOn() {
        watch.judgedBy(busyLoop::add);
        watch.expect(Clock.CONNECT, 20);
        await().until(() -> !busyLoop.isEmpty());
        watch.expect(Clock.IDLE, 50);
        busyLoop.remove().run();
        assertFalse(aborted.get());
        watch.judgedBy(Runnable::run);
        await().untilTrue(aborted);
    }
}
