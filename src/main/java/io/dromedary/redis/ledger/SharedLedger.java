package io.dromedary.redis.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import io.vertx.redis.client.Response;

import io.dromedary.ledger.Claim;
import io.dromedary.ledger.Decision;
import io.dromedary.ledger.Ledger;
import io.dromedary.ledger.Limit;
import io.dromedary.ledger.Limit.Unit;
import io.dromedary.ledger.Standing;
import io.dromedary.redis.RedisAway;
import io.dromedary.redis.RedisError;
import io.dromedary.redis.RedisLink;
import io.dromedary.redis.RedisScript;

/**
 * A ledger in Redis, for several gateways. One script checks and reserves all claims of an account in one step; those
 * of several accounts are one call each, in their order, and where one refuses, what was reserved before is given back
 * and those behind are not asked. Time is Redis' own. What is held is a lease: a gateway that is killed leaves it until
 * its deadline.
 */
public final class SharedLedger implements Ledger {

    private static final RedisScript SCRIPT = RedisScript.of(SharedLedger.class, "/redis/ledger.lua");
    private static final int GRANTED = 1;
    private static final int OTHER_TIME = 2;
    private static final int FIGURES = 4;
    private static final String UNUSED = "";

    private final RedisLink link;
    private final String namespace;
    private final RedisTime time;
    private final long clockNanos;
    /** A call that Redis reads so much later than it was sent reserves nothing: nobody waits for it any more. */
    private final long worthwhileMicros;
    private final String gateway = UUID.randomUUID().toString();
    private final AtomicLong grants = new AtomicLong();
    private final Unsettled unsettled;

    /**
     * @param namespace what its keys begin with, such as {@code dromedary}
     * @param clockMs   how long {@link #reserve} may wait for Redis, in ms
     */
    public SharedLedger(RedisLink link, String namespace, long clockMs) {
        this(link, namespace, clockMs, null);
    }

    /** @param fixed a test's time, in microseconds since 1970, in place of Redis' */
    SharedLedger(RedisLink link, String namespace, long clockMs, LongSupplier fixed) {
        this.link = link;
        this.namespace = namespace;
        this.time = new RedisTime(fixed);
        this.clockNanos = TimeUnit.MILLISECONDS.toNanos(clockMs);
        this.worthwhileMicros = TimeUnit.MILLISECONDS.toMicros(2 * clockMs);
        this.unsettled = new Unsettled(link::isUp);
        link.onChange(up -> {
            if (up) {
                unsettled.sendAll();
            }
        });
    }

    /**
     * {@inheritDoc}
     *
     * @throws RedisAway  where Redis is away, or has not answered in time
     * @throws RedisError where Redis cannot do it
     */
    @Override
    public Decision reserve(List<Claim> claims, long longestMs) {
        long end = System.nanoTime() + clockNanos;
        List<AccountCall> calls = AccountCall.of(claims);
        String grant = gateway + "-" + grants.incrementAndGet();
        Standing[] standing = new Standing[claims.size()];
        long micros = 0;
        for (int i = 0; i < calls.size(); i++) {
            Response said;
            try {
                said = reserve(calls.get(i), grant, longestMs, end);
            } catch (RedisAway | RedisError e) {
                giveBack(calls.subList(0, i), grant, claims.size());
                throw e;
            }
            micros = said.get(1).toLong();
            read(calls.get(i), said, standing);
            if (said.get(0).toInteger() != GRANTED) {
                giveBack(calls.subList(0, i), grant, claims.size());
                return new Decision(null, claims, known(standing));
            }
        }
        return new Decision(grant + "@" + micros, claims, known(standing));
    }

    private CompletableFuture<Response> ask(AccountCall call, String grant, long longestMs) {
        return SCRIPT.run(link, call.keys(namespace), call.arguments(List.of("reserve", time.told(), grant,
                String.valueOf(longestMs), time.latest(worthwhileMicros)), time.millis(), null, time.millis()));
    }

    private Response reserve(AccountCall call, String grant, long longestMs, long end) {
        for (int tries = 0;; tries++) {
            CompletableFuture<Response> answer = ask(call, grant, longestMs);
            Response said;
            try {
                said = link.await(answer, Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
            } catch (RedisAway late) {
                giveBackWhenAnswered(answer, call, grant);
                throw late;
            }
            long micros = said.get(1).toLong();
            if (said.get(0).toInteger() != OTHER_TIME) {
                time.said(micros);
                return said;
            }
            time.corrected(micros);
            if (tries > 0) {
                throw new RedisAway("its time and the gateway's differ from call to call");
            }
        }
    }

    /**
     * Reserves for several requests to come, without waiting. What of it has ended is told by {@link #settlePart}.
     *
     * @param claims of one account
     * @return completes on an event loop; fails where Redis is away, late, or cannot do it
     */
    CompletableFuture<Decision> lease(List<Claim> claims, long longestMs) {
        AccountCall call = AccountCall.of(claims).get(0);
        String grant = gateway + "-" + grants.incrementAndGet();
        CompletableFuture<Response> answer = ask(call, part(grant, 0), longestMs);
        answer.whenComplete((said, failure) -> {
            if (failure != null) {
                // The answer is lost, and may have been a grant.
                unsettled.send(() -> run("settle", call, part(grant, 0), UNUSED, new long[claims.size()],
                        time.millis()));
            }
        });
        return answer.thenApply(said -> {
            long micros = said.get(1).toLong();
            if (said.get(0).toInteger() == OTHER_TIME) {
                time.corrected(micros);
                throw new RedisAway("its time and the gateway's differ");
            }
            Standing[] standing = new Standing[claims.size()];
            read(call, said, standing);
            boolean granted = said.get(0).toInteger() == GRANTED;
            return new Decision(granted ? grant + "@" + micros : null, claims, List.of(standing));
        });
    }

    /**
     * Settles a part of a lease. Parts are settled one after the other, so that Redis does none twice, and in their
     * order. Does not block.
     *
     * @param lease  of {@link #lease}
     * @param number of the part, from 0
     * @param last   whether nothing of it is left then
     * @param ended  what of the lease has ended; of a unit that is held, what was held before
     * @param used   what was used of that; of a unit that is held, what still is
     * @param done   runs on an event loop when Redis knows it
     */
    void settlePart(Decision lease, int number, boolean last, List<Claim> ended, long[] used, Runnable done) {
        int at = lease.grant().lastIndexOf('@');
        String grant = lease.grant().substring(0, at);
        long reserved = Long.parseLong(lease.grant().substring(at + 1)) / 1000;
        AccountCall call = AccountCall.of(ended).get(0);
        unsettled.send(() -> run("settle", call, part(grant, number), last ? UNUSED : part(grant, number + 1), used,
                reserved).thenApply(reached -> {
                    if (reached) {
                        done.run();
                    }
                    return reached;
                }));
    }

    private static String part(String grant, int number) {
        return grant + "#" + number;
    }

    /** An answer for which nobody has waited may have been a grant. */
    private void giveBackWhenAnswered(CompletableFuture<Response> answer, AccountCall call, String grant) {
        answer.whenComplete((said, failure) -> {
            if (failure == null && said.get(0).toInteger() == GRANTED) {
                giveBack(List.of(call), grant, call.at().stream().mapToInt(Integer::intValue).max().orElse(0) + 1);
            }
        });
    }

    private void giveBack(List<AccountCall> calls, String grant, int claims) {
        for (AccountCall call : calls) {
            settle(call, grant, new long[claims], time.millis());
        }
    }

    private static void read(AccountCall call, Response said, Standing[] standing) {
        for (int i = 0; i < call.claims().size(); i++) {
            int at = 2 + i * FIGURES;
            standing[call.at().get(i)] = new Standing(call.claims().get(i).limit(), said.get(at).toLong(),
                    said.get(at + 1).toLong(), said.get(at + 2).toLong(), said.get(at + 3).toLong());
        }
    }

    private static List<Standing> known(Standing[] standing) {
        List<Standing> known = new ArrayList<>(standing.length);
        for (Standing each : standing) {
            if (each != null) {
                known.add(each);
            }
        }
        return known;
    }

    @Override
    public void settle(Decision decision, long[] used) {
        int at = decision.grant().lastIndexOf('@');
        String grant = decision.grant().substring(0, at);
        long reserved = Long.parseLong(decision.grant().substring(at + 1)) / 1000;
        long[] remaining = used.clone();
        for (int i = 0; i < remaining.length; i++) {
            if (decision.claims().get(i).limit().unit() == Unit.PARALLEL) {
                remaining[i] = 0; // nothing is held any more
            }
        }
        for (AccountCall call : AccountCall.of(decision.claims())) {
            settle(call, grant, remaining, reserved);
        }
    }

    private void settle(AccountCall call, String grant, long[] used, long reserved) {
        unsettled.send(() -> run("settle", call, grant, UNUSED, used, reserved));
    }

    /**
     * Adds what was used elsewhere, without a reservation. Does not block.
     *
     * @param used one figure for each claim, in their order; may be below 0
     */
    void charge(List<Claim> claims, long[] used) {
        for (AccountCall call : AccountCall.of(claims)) {
            unsettled.send(() -> run("charge", call, UNUSED, UNUSED, used, time.millis()));
        }
    }

    private CompletableFuture<Boolean> run(String action, AccountCall call, String grant, String next, long[] used,
            long reserved) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        SCRIPT.run(link, call.keys(namespace), call.arguments(List.of(action, time.told(), grant, "0", next),
                time.millis(), used, reserved)).whenComplete((said, failure) -> {
                    if (failure == null && said.get(0).toInteger() == OTHER_TIME) {
                        time.corrected(said.get(1).toLong());
                    }
                    done.complete(failure == null && said.get(0).toInteger() != OTHER_TIME);
                });
        return done;
    }

    @Override
    public long used(Limit limit) {
        AccountCall call = AccountCall.of(List.of(new Claim(limit, 0))).get(0);
        for (int tries = 0;; tries++) {
            Response said = link.await(SCRIPT.run(link, call.keys(namespace), call.arguments(
                    List.of("used", time.told(), UNUSED, "0", UNUSED), time.millis(), null, time.millis())),
                    TimeUnit.NANOSECONDS.toMillis(clockNanos));
            if (said.get(0).toInteger() == GRANTED) {
                return said.get(2).toLong();
            }
            time.corrected(said.get(1).toLong());
            if (tries > 0) {
                throw new RedisAway("its time and the gateway's differ from call to call");
            }
        }
    }

    /**
     * Tells the others that this gateway is there, for so many ms. Does not block.
     *
     * @return how many are there, this one included
     */
    CompletableFuture<Integer> present(long ms) {
        return SCRIPT.run(link, List.of(namespace + ":gateways"),
                List.of("present", time.told(), gateway, String.valueOf(ms), UNUSED)).thenApply(said -> {
                    time.said(said.get(1).toLong());
                    return said.get(2).toInteger();
                });
    }

    /** Redis' time. */
    RedisTime time() {
        return time;
    }

    /** How many settlements were lost, since too many waited for Redis. */
    public long lost() {
        return unsettled.lost();
    }
}
