package io.dromedary.attempt;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The attempts of one request that run at the same time: one, or two where a second deployment is asked because the
 * first has had no token for a while. The first to have content answers, the other ends. A walker is who goes through
 * the plan for a request, on a thread of its own; of two, one that fails leaves the rest of the plan to the other. Safe
 * for several threads.
 */
public final class Race {

    private final List<Attempt> running = new ArrayList<>(2);
    private CountDownLatch second;
    private int walkers = 1;
    private Attempt winner;
    private boolean over;
    private boolean watched;

    /** Whether this is the first time that somebody asks: the end of the request is to be watched once. */
    public synchronized boolean watch() {
        boolean first = !watched;
        watched = true;
        return first;
    }

    /** Takes part from now on; false if the race is decided, and the attempt is not to be made. */
    synchronized boolean enter(Attempt attempt) {
        if (winner != null || over) {
            return false;
        }
        if (!running.isEmpty()) {
            attempt.hedges();
        }
        running.add(attempt);
        return true;
    }

    /** Takes no part any more. */
    synchronized void leave(Attempt attempt) {
        running.remove(attempt);
    }

    /**
     * A second walker joins; false if there was one before, or if {@code first} is not waiting for its first token any
     * more.
     */
    public synchronized boolean join(Attempt first) {
        if (winner != null || over || second != null || !running.contains(first)) {
            return false;
        }
        second = new CountDownLatch(1);
        walkers = 2;
        return true;
    }

    /** Whether no attempt runs besides the one that answers, so that what the request has used is known with it. */
    public synchronized boolean othersAreOver() {
        for (Attempt attempt : running) {
            if (attempt != winner) {
                return false;
            }
        }
        return true;
    }

    /** Whether a second walker has joined, be it done by now or not. */
    public synchronized boolean hedged() {
        return second != null;
    }

    /**
     * A walker gives up if the other goes on or has won; false if it is the last, which has to tell how the request
     * ends.
     */
    public synchronized boolean stepAside() {
        if (winner != null || walkers > 1) {
            walkers--;
            return true;
        }
        return false;
    }

    /**
     * The attempt has content, and answers unless another one does. Ends the others.
     *
     * @return false if another one answers
     */
    public boolean win(Attempt attempt) {
        List<Attempt> losers;
        synchronized (this) {
            if (winner == null && !over) {
                winner = attempt;
            }
            if (winner != attempt) {
                return false;
            }
            losers = others(attempt);
        }
        losers.forEach(Attempt::lose);
        return true;
    }

    /** Who answers, or null while that is open. */
    public synchronized Attempt winner() {
        return winner;
    }

    /** The request is over, whoever has answered it: nobody runs on. */
    public void end() {
        List<Attempt> left;
        synchronized (this) {
            over = true;
            left = others(winner);
        }
        left.forEach(Attempt::lose);
    }

    private List<Attempt> others(Attempt attempt) {
        if (running.size() == 1 && running.get(0) == attempt) {
            return List.of();
        }
        return running.stream().filter(other -> other != attempt).toList();
    }

    /** The second walker has come to its end. */
    void secondEnds() {
        second.countDown();
    }

    /** Waits for the second walker's end, if there is one. */
    public void awaitSecond() throws InterruptedException {
        CountDownLatch joined;
        synchronized (this) {
            joined = second;
        }
        if (joined != null) {
            joined.await();
        }
    }
}
