package io.dromedary.redis.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjLongConsumer;

import io.dromedary.ledger.Claim;
import io.dromedary.ledger.Decision;
import io.dromedary.ledger.Ledger;
import io.dromedary.ledger.LedgerAway;
import io.dromedary.ledger.Limit;
import io.dromedary.ledger.Limit.Unit;
import io.dromedary.ledger.Standing;
import io.dromedary.log.GatewayLog;
import io.dromedary.redis.RedisAway;
import io.dromedary.redis.RedisError;
import io.dromedary.redis.RedisLink;

/**
 * The shared ledger, and what holds limits while Redis is away. Told in the log once for each change. What each gateway
 * has granted by itself is told to Redis when it is back.
 */
public final class GuardedLedger implements Ledger {

    private static final GatewayLog LOG = GatewayLog.of(GuardedLedger.class);
    private static final long RETRY_AFTER_SECONDS = 1;
    private static final long PRESENT_MS = 8_000;
    /** More limits than any configuration has: only what was deleted since the start makes them more. */
    private static final int MOST_SEEN = 100_000;
    private static final String OPEN = "open";

    private final RedisLink link;
    private final SharedLedger shared;
    private final LeasedLedger leased;
    private final OnFailure policy;
    private final Map<String, Outage.Seen> seen = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> granted = new ConcurrentHashMap<>();
    private volatile Outage outage;
    private volatile int gateways = 1;
    private long outages;

    /** What holds limits while Redis is away. */
    public enum OnFailure {
        /** Each gateway holds its share: the limit by the number of gateways. */
        LOCAL,
        /** Nothing: all is granted. */
        OPEN,
        /** Nothing is granted. */
        CLOSED
    }

    /**
     * @param namespace what keys in Redis begin with
     * @param clockMs   how long a request may wait for Redis, in ms
     * @param leaseMs   for how long a gateway reserves at once what the requests of a busy account need, in ms; 0 for
     *                  not at all: each request is decided in Redis
     */
    public GuardedLedger(RedisLink link, String namespace, long clockMs, long leaseMs, OnFailure policy) {
        this.link = link;
        this.shared = new SharedLedger(link, namespace, clockMs);
        this.leased = new LeasedLedger(shared, leaseMs, this::gateways, link::after, this::noteSeen);
        this.policy = policy;
        link.onEachProbe(this::present);
        link.onChange(this::changed);
    }

    private void changed(boolean up) {
        if (up) {
            present();
            LOG.info("Limits are held by all gateways together");
        } else {
            LOG.warn("Limits: {}", GatewayLog.own(switch (policy) {
                case LOCAL -> "this gateway holds its share of them by itself, one of " + gateways;
                case OPEN -> "none is held (gateway.shared.on-failure=open)";
                case CLOSED -> "requests that have some are refused (gateway.shared.on-failure=closed)";
            }));
        }
    }

    /** Tells the others that this gateway is there, and learns how many they are. */
    private void present() {
        shared.present(PRESENT_MS).thenAccept(count -> gateways = Math.max(1, count));
    }

    /**
     * {@inheritDoc}
     *
     * @throws LedgerAway where Redis is away and nothing may be granted without
     */
    @Override
    public Decision reserve(List<Claim> claims, long longestMs) {
        if (link.isUp()) {
            try {
                Decision decision = leased.reserve(claims, longestMs);
                count(LeasedLedger.hasGranted(decision) ? "lease" : "redis");
                if (outage != null) {
                    endOutage();
                }
                return decision;
            } catch (RedisError e) {
                link.cannotServe(e);
            } catch (RedisAway e) {
                // told by the link, when it is more than one late answer
            }
        }
        count(policy.name().toLowerCase(Locale.ROOT));
        return switch (policy) {
            case LOCAL -> current().reserve(claims, longestMs);
            case OPEN -> new Decision(OPEN, claims, List.of());
            case CLOSED -> throw new LedgerAway(RETRY_AFTER_SECONDS);
        };
    }

    private void count(String by) {
        LongAdder count = granted.get(by);
        (count == null ? granted.computeIfAbsent(by, name -> new LongAdder()) : count).increment();
    }

    private void noteSeen(Decision decision) {
        if (policy != OnFailure.LOCAL) {
            return;
        }
        long micros = shared.time().micros();
        for (Standing standing : decision.standing()) {
            String name = Outage.nameOf(standing.limit());
            if (seen.size() < MOST_SEEN || seen.containsKey(name)) {
                seen.put(name, new Outage.Seen(standing, micros));
            }
        }
    }

    private Outage current() {
        Outage now = outage;
        if (now != null) {
            return now;
        }
        synchronized (this) {
            if (outage == null) {
                outage = new Outage(++outages, gateways, shared.time()::micros, seen);
            }
            return outage;
        }
    }

    private void endOutage() {
        Outage ended;
        synchronized (this) {
            ended = outage;
            outage = null;
        }
        if (ended != null) {
            ended.uses().forEach((limit, used) -> shared.charge(List.of(new Claim(limit, 0)), new long[] {used}));
        }
    }

    @Override
    public void settle(Decision decision, long[] used) {
        String grant = decision.grant();
        if (grant.equals(OPEN)) {
            return;
        }
        if (!Outage.isOfAny(grant)) {
            leased.settle(decision, used);
            return;
        }
        Outage now = outage;
        if (now != null && now.hasGranted(grant)) {
            now.settle(decision, used);
            return;
        }
        // What it had reserved was told at the outage's end.
        List<Claim> claims = new ArrayList<>();
        List<Long> more = new ArrayList<>();
        for (int i = 0; i < used.length; i++) {
            Claim claim = decision.claims().get(i);
            if (claim.limit().unit() != Unit.PARALLEL && used[i] != claim.cost()) {
                claims.add(claim);
                more.add(used[i] - claim.cost());
            }
        }
        shared.charge(claims, more.stream().mapToLong(Long::longValue).toArray());
    }

    @Override
    public long used(Limit limit) {
        try {
            return leased.used(limit);
        } catch (RedisAway | RedisError e) {
            Outage.Seen last = seen.get(Outage.nameOf(limit));
            return last == null ? 0 : Math.max(0, limit.amount() - last.standing().remaining());
        }
    }

    /** How many gateways there are, as Redis said last. */
    public int gateways() {
        return gateways;
    }

    /** What holds limits while Redis is away. */
    public OnFailure policy() {
        return policy;
    }

    /** How many settlements were lost, since too many waited for Redis. */
    public long lost() {
        return shared.lost();
    }

    /**
     * Tells how many reservations were decided, by whom: redis, lease (of Redis), local, open or closed.
     *
     * @param reader takes who and how many
     */
    public void readDecisions(ObjLongConsumer<String> reader) {
        granted.forEach((by, count) -> reader.accept(by, count.sum()));
    }

    @Override
    public void close() {
        if (link.isUp()) {
            leased.close();
            shared.present(1);
        }
    }
}
