package io.dromedary.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Clients, each on a thread of its own, that do the same again and again with a pause between. */
final class Rounds implements AutoCloseable {

    /** What a client does in a round. */
    @FunctionalInterface
    interface Round {
        void run() throws InterruptedException;
    }

    private final CountDownLatch over = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();

    /**
     * Begins.
     *
     * @param pauseMs the pause between two rounds, in ms
     */
    Rounds(List<Round> clients, int pauseMs) {
        for (Round client : clients) {
            Thread thread = new Thread(() -> repeat(client, pauseMs), "client-" + threads.size());
            threads.add(thread);
            thread.start();
        }
    }

    private void repeat(Round client, int pauseMs) {
        try {
            while (!over.await(pauseMs, TimeUnit.MILLISECONDS)) {
                client.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends them, each after its round. */
    @Override
    public void close() {
        over.countDown();
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The clients were not waited for", e);
        }
    }
}
