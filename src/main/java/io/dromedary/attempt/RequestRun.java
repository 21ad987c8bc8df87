package io.dromedary.attempt;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.dromedary.cache.CacheUse;
import io.dromedary.client.ApiError;
import io.dromedary.client.ClientCall;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.dialect.Translation;
import io.dromedary.model.Deployment;
import io.dromedary.model.Endpoint;
import io.dromedary.model.Plan;
import io.dromedary.request.RequestFields;
import io.dromedary.time.ClockExpired;

/**
 * All attempts of one request: the plan, how far it has come, and why each attempt ended. Created before the first
 * breaker, because a breaker works on a copy of the exchange and a property set inside it is gone in
 * {@code onFallback}. One thread walks the plan, or two where one attempt hedges another: see {@link Race}.
 */
public final class RequestRun {

    private final ClientCall call;
    private final Endpoint endpoint;
    private final RequestFields fields;
    private final Translation translation;
    private final Plan plan;
    private final List<Failure> failures = new CopyOnWriteArrayList<>();
    private final Set<String> dropped = Collections.synchronizedSet(new LinkedHashSet<>());
    private final RequestEvents events;
    private final Race race = new Race();
    private final PlanWalk walk;
    private int made;
    private byte[] body;
    private final List<Attempt> attempts = new ArrayList<>(2);
    private Attempt latest;
    private volatile Object hedgeBody;
    private volatile List<String> leftOut = List.of();
    private volatile String affinity;
    private volatile CacheUse cacheUse;
    private volatile String only;

    /** Why an attempt ended without an answer. */
    public record Failure(Plan.Hop hop, UpstreamFailed reason) {
    }

    /**
     * @param fields what was read of the request's body
     * @param translation how the request was made, and its answer is told; null for what needs none
     * @param retry  how often and after which pauses a deployment is asked again
     * @param events who is told what happens
     */
    public RequestRun(ClientCall call, Endpoint endpoint, RequestFields fields, Translation translation, Plan plan,
            Retry retry, RequestEvents events) {
        this.events = events;
        this.call = call;
        this.endpoint = endpoint;
        this.fields = fields;
        this.plan = plan;
        this.translation = translation;
        this.dropped.addAll(fields.toldRemoved());
        if (translation != null) {
            this.dropped.addAll(translation.dropped());
        }
        this.walk = new PlanWalk(plan, retry.rules(), fields.steering().retries(), retry.pauses(), retry.budget());
    }

    /** Who is told what happens to the request. */
    public RequestEvents events() {
        return events;
    }

    /** Whose request it is. */
    public ClientCall call() {
        return call;
    }

    /** What is asked for. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** What was read of the request's body. */
    public RequestFields fields() {
        return fields;
    }

    /** How its answer is told in the dialect of its client; empty where that is the upstream's own. */
    public Optional<Translation> translation() {
        return Optional.ofNullable(translation);
    }

    /** What is tried, in order. */
    public Plan plan() {
        return plan;
    }

    /** Its answer is looked for in the cache, or is to be kept there. */
    public void uses(CacheUse use) {
        cacheUse = use;
    }

    /** What it has to do with the cache; empty for nothing. */
    public Optional<CacheUse> cacheUse() {
        return Optional.ofNullable(cacheUse);
    }

    /** Keeps the body as it is at the first attempt, for every later one: an attempt's change ends with it. */
    public void keepBody(byte[] current) {
        body = current;
    }

    /** The body that was kept. */
    public byte[] body() {
        return body;
    }

    /** Whether a body has been kept. */
    public boolean bodyKept() {
        return body != null;
    }

    /**
     * Goes on to the next deployment of the plan, after a pause if it was asked before; null if none is left, or if
     * another attempt has answered.
     *
     * @param leftAloneMs how long a deployment will not be asked, in ms: nobody waits for one that is then still left
     *                    alone
     * @throws io.dromedary.client.ClientGone if the client left meanwhile
     */
    public Attempt advance(Timeouts timeouts, ToLongFunction<Deployment> leftAloneMs) {
        PlanWalk.Next next;
        synchronized (this) {
            next = walk.next().orElse(null);
        }
        if (next == null) {
            return null;
        }
        call.pause(leftAloneMs.applyAsLong(next.hop().deployment()) > next.waitMs() ? 0 : next.waitMs());
        Attempt attempt = new Attempt(next.hop(), call, timeouts, fields, endpoint, events);
        if (!race.enter(attempt)) {
            attempt.close();
            return null;
        }
        attempt.atEnd(() -> race.leave(attempt));
        synchronized (this) {
            latest = attempt;
            attempts.add(attempt);
        }
        return attempt;
    }

    /** Whether a deployment is left that has not been asked. */
    public synchronized boolean hasOther() {
        return walk.hasOther();
    }

    /** Which attempts run at the same time, and which of them answers. */
    public Race race() {
        return race;
    }

    /**
     * A hedge has come to its end.
     *
     * @param body what it has left for later steps, if it gave the client the answer; else null
     */
    public void secondEnds(Object body) {
        hedgeBody = body;
        race.secondEnds();
    }

    /** What a hedge that gave the client the answer has left for later steps; null if there was none. */
    public Object hedgeBody() {
        return hedgeBody;
    }

    /**
     * Leaves deployments out, before the first attempt.
     *
     * @param left  what is left of the plan
     * @param later leaves out of the groups that stand in later
     * @param notes who is left out, and why, for messages and the log
     */
    public synchronized void narrow(List<Plan.Stage> left, UnaryOperator<List<Plan.Stage>> later,
            List<String> notes) {
        walk.narrow(left, later);
        leftOut = List.copyOf(notes);
    }

    /** Asks none but the deployments whose {@code model_info} has that key as true, whatever stands in later. */
    public synchronized void only(String key) {
        only = key;
        walk.only(deployment -> Boolean.TRUE.equals(deployment.info().get(key)));
    }

    /** The key of {@code model_info} without which no deployment is asked; null where all may be. */
    public String only() {
        return only;
    }

    /**
     * Has the first deployment chosen by what the request belongs to, before the first attempt.
     *
     * @param by        what that is, for the client and the log
     * @param arranging puts the chosen one of the group's deployments first; null where nothing chooses
     */
    public synchronized void keepTogether(String by, UnaryOperator<List<Deployment>> arranging) {
        affinity = by;
        walk.arrangeFirst(arranging);
    }

    /** By what the first deployment was chosen; null where its group does not keep requests together. */
    public String affinity() {
        return affinity;
    }

    /** Who was left out, and why. */
    public List<String> leftOut() {
        return leftOut;
    }

    /** From now on, these groups stand in, in place of those that are still left. */
    public synchronized void goOnWith(List<Plan.Stage> others) {
        walk.goOnWith(others);
    }

    /** How often a deployment was asked again. */
    public synchronized int retries() {
        return walk.retries();
    }

    /** The attempt that answers, else the one that was begun last; null before the first. */
    public Attempt current() {
        Attempt winner = race.winner();
        if (winner != null) {
            return winner;
        }
        synchronized (this) {
            return latest;
        }
    }

    /** Notes why an attempt ended. */
    public synchronized void failed(Attempt attempt, UpstreamFailed reason) {
        attempt.failedWith(reason);
        failures.add(new Failure(attempt.hop(), reason));
        walk.failed(attempt.deployment(), reason);
    }

    /** An attempt is made from now on: its deployment is asked. */
    public synchronized void attemptBegins() {
        made++;
    }

    /** All attempts so far, in their order, those included whose deployments could not be asked. */
    public synchronized List<Attempt> attempts() {
        return List.copyOf(attempts);
    }

    /** How many deployments were asked, retries included. */
    public synchronized int made() {
        return made;
    }

    /** Why attempts ended, in their order. */
    public List<Failure> failures() {
        return failures;
    }

    /** The name of a parameter of the client's that is not sent upstream. */
    public void dropped(String parameter) {
        dropped.add(parameter);
    }

    /** The client's parameters that were not sent upstream and that it should know of. */
    public Set<String> dropped() {
        return dropped;
    }

    /** What the client is told when its request was cut short: by the clock over all of it, or by the gateway's end. */
    public ApiError cutShort() {
        if (call.cut() instanceof ClockExpired) {
            return ApiError.of(504, "server_error", "request_timeout", null,
                    "There was no whole answer within " + call.totalMs() + " ms. " + reasons());
        }
        return ApiError.ending();
    }

    /** Each failed attempt and why, and who was not asked at all, for messages and the log. */
    public String reasons() {
        return Stream.concat(failures.stream()
                .map(failure -> failure.hop().deployment().group() + ": " + failure.reason().getMessage()),
                leftOut.stream()).collect(Collectors.joining("; "));
    }
}
