package io.dromedary.cache;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Requests whose answers others wait for, one for each key. Who waits does so for a time, and few at once; whoever gets
 * nothing asks by itself. Safe for several threads.
 */
final class Flights {

    private final Map<String, Flight> byKey = new ConcurrentHashMap<>();
    private final Semaphore places;

    /** The way of one request's answer. */
    static final class Flight {

        private final String key;
        private final CompletableFuture<Optional<CachedAnswer>> answer = new CompletableFuture<>();

        private Flight(String key) {
            this.key = key;
        }
    }

    /** @param most how many may wait at once, for all answers together */
    Flights(int most) {
        places = new Semaphore(most);
    }

    /**
     * Begins one.
     *
     * @param first is given it where there was none of that key: it must {@link #land} it
     * @return the one that another request has begun; empty where this one has
     */
    Optional<Flight> enter(String key, Consumer<Flight> first) {
        Flight own = new Flight(key);
        Flight other = byKey.putIfAbsent(key, own);
        if (other == null) {
            first.accept(own);
        }
        return Optional.ofNullable(other);
    }

    /** Whoever waits gets the answer, or none. Nothing happens where it has landed before. */
    void land(Flight flight, Optional<CachedAnswer> answer) {
        byKey.remove(flight.key, flight);
        flight.answer.complete(answer);
    }

    /**
     * Waits for the answer of another request.
     *
     * @param ms       for how long at most
     * @param waiting  is given what ends the waiting, for as long as it lasts
     * @return empty where it did not come in time, there was none, or too many wait
     */
    Optional<CachedAnswer> await(Flight flight, long ms, Waiting waiting) {
        if (!places.tryAcquire()) {
            return Optional.empty();
        }
        CompletableFuture<Optional<CachedAnswer>> mine = flight.answer.copy();
        Runnable end = () -> mine.complete(Optional.empty());
        waiting.begin(end);
        try {
            return mine.get(ms, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (TimeoutException | ExecutionException e) {
            return Optional.empty();
        } finally {
            waiting.end(end);
            places.release();
        }
    }
}
