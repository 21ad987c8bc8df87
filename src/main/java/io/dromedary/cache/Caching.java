package io.dromedary.cache;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.LongPredicate;

import io.dromedary.model.Deployment;

/**
 * The cache as one configuration has it: which requests it is for, what is found for them, and what is kept. Safe for
 * several threads.
 */
public final class Caching {

    private final CacheSettings settings;
    private final Caches caches;
    private final CacheKeys keys = new CacheKeys();
    private volatile AnswerCache answers;

    /**
     * @param settings how answers are kept; empty where they are not
     * @param caches   where they are
     */
    public Caching(Optional<CacheSettings> settings, Caches caches) {
        this.settings = settings.orElse(null);
        this.caches = caches;
    }

    /**
     * A request that might be answered from the cache.
     *
     * @param operation the endpoint's name
     * @param model     the name that its client used, which its answer carries
     * @param group     the deployments that serve it
     * @param owner     the alias of the key that it came with; null for none
     * @param vary      what a step has left that its answer depends on; empty for nothing
     * @param body      its JSON, as it is now
     * @param asked     what it asks of the cache
     */
    public record Request(String operation, String model, List<Deployment> group, String owner, String vary,
            byte[] body, CacheControl asked) {
    }

    /** Whether answers are kept at all. */
    public boolean on() {
        return settings != null;
    }

    /** Where they are kept, in LiteLLM's word; empty where they are not. */
    public Optional<String> place() {
        return Optional.ofNullable(settings).map(kept -> kept.place().word());
    }

    /** Made when it is first asked for: a check of the files makes none. */
    private AnswerCache answers() {
        if (answers == null) {
            answers = caches.of(settings);
        }
        return answers;
    }

    /** Whether answers of that endpoint are kept for a request that asks this. */
    public boolean serves(String operation, CacheControl asked) {
        return on() && settings.operations().contains(operation) && (!settings.onDemand() || asked.use())
                && !(asked.noCache() && asked.noStore());
    }

    /** Begins to deal with a request that is {@linkplain #serves served}; empty where its body is too much. */
    public Optional<CacheUse> use(Request request) {
        List<String> scope = List.of(request.operation(), request.model(), settings.namespace(),
                request.asked().namespace(), request.vary(), settings.shared() ? "shared" : "of",
                settings.shared() || request.owner() == null ? "" : request.owner());
        long ttlMs = request.asked().ttlMs().orElse(settings.ttlMs());
        return keys.of(request.body(), request.group(), scope)
                .map(key -> new CacheUse(key, Math.min(ttlMs, CacheSettings.LONGEST_TTL_MS)));
    }

    /**
     * Looks for its answer, and waits for that of a request like it where the tunables say so. Where nothing is found,
     * its own is to be kept, unless it asks for the opposite. Ended by {@link #over}.
     *
     * @param waiting tells when its client has left
     * @param room    counts the bytes that its own answer takes meanwhile, and says whether there is room for them
     */
    public void lookUp(CacheUse use, CacheControl asked, Waiting waiting, LongPredicate room) {
        Optional<CachedAnswer> found = asked.noCache() ? Optional.empty() : stored(use, asked);
        if (found.isEmpty() && !asked.noCache() && !asked.noStore() && caches.waitMs() > 0) {
            found = ofAnother(use, asked, waiting);
        }
        if (found.isPresent()) {
            caches.hit();
            use.hits(found.get());
            return;
        }
        caches.missed();
        if (!asked.noStore()) {
            use.records(new AnswerRecord(caches.longest(), room));
        }
    }

    private Optional<CachedAnswer> stored(CacheUse use, CacheControl asked) {
        try {
            return answers().get(use.key()).toCompletableFuture().get().filter(asked::takes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            // A cache that fails has nothing.
        }
        return Optional.empty();
    }

    private Optional<CachedAnswer> ofAnother(CacheUse use, CacheControl asked, Waiting waiting) {
        Optional<Flights.Flight> other = caches.flights().enter(use.key(), use::leads);
        if (other.isPresent()) {
            return caches.flights().await(other.get(), caches.waitMs(), waiting).filter(asked::takes);
        }
        // The one before may have ended between the two looks.
        return stored(use, asked);
    }

    /**
     * Keeps the answer that was written down for a request.
     *
     * @param answer its bytes, which are good
     * @param type   its content type
     */
    public void store(CacheUse use, byte[] answer, String type) {
        CachedAnswer kept = new CachedAnswer(answer, type, System.currentTimeMillis());
        answers().put(use.key(), kept, use.ttlMs());
        caches.stored();
        land(use, Optional.of(kept));
    }

    /** The request has ended, whatever its end: nobody waits for it any more. */
    public void over(CacheUse use) {
        land(use, Optional.empty());
    }

    private void land(CacheUse use, Optional<CachedAnswer> answer) {
        if (use.leads() != null) {
            caches.flights().land(use.leads(), answer);
        }
    }
}
