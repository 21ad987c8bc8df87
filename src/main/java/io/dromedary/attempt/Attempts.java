package io.dromedary.attempt;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.apache.camel.Exchange;

import io.dromedary.answer.ApiError;
import io.dromedary.catalogue.Operation;
import io.dromedary.catalogue.Plan;
import io.dromedary.request.ClientCall;
import io.dromedary.request.RequestFields;

/**
 * All attempts of one request: the plan, how far it has come, and why each attempt ended. Created before the first breaker,
 * because a breaker works on a copy of the exchange and a property set inside it is gone in {@code onFallback}. One thread
 * at a time walks it.
 */
public final class Attempts {

    /** The exchange property under which the steps find it. */
    public static final String PROPERTY = "attempts";

    private final ClientCall call;
    private final Operation operation;
    private final RequestFields fields;
    private final Plan plan;
    private final List<Failure> failures = new ArrayList<>();
    private final Set<String> dropped = new LinkedHashSet<>();
    private final Map<String, String> upstreamHeaders = new LinkedHashMap<>();
    private int skipped;
    private int made;
    private byte[] body;
    private final PlanWalk walk;
    private Attempt current;

    /** Why an attempt ended without an answer. */
    public record Failure(Plan.Hop hop, AttemptFailed reason) {
    }

    /**
     * @param fields what was read of the request's body
     * @param retry  how often and after which pauses a deployment is asked again
     */
    public Attempts(ClientCall call, Operation operation, RequestFields fields, Plan plan, Retry retry) {
        this.call = call;
        this.operation = operation;
        this.fields = fields;
        this.plan = plan;
        this.dropped.addAll(fields.toldRemoved());
        this.walk = new PlanWalk(plan, retry.rules(), fields.steering().retries(), retry.pauses(), retry.budget());
    }

    /** The attempts of this exchange, or null where the request never got that far. */
    public static Attempts of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, Attempts.class);
    }

    /** Whose request it is. */
    public ClientCall call() {
        return call;
    }

    /** What is asked for. */
    public Operation operation() {
        return operation;
    }

    /** What was read of the request's body. */
    public RequestFields fields() {
        return fields;
    }

    /** What is tried, in order. */
    public Plan plan() {
        return plan;
    }

    /** Keeps the body as it is at the first attempt, and gives it to every later one: an attempt's change ends with it. */
    public byte[] bodyFor(byte[] current) {
        if (body == null) {
            body = current;
        }
        return body;
    }

    /** Whether the body still is to be kept, so that no conversion is made for nothing. */
    public boolean bodyKept() {
        return body != null;
    }

    /**
     * Goes on to the next deployment of the plan, after a pause if it was asked before; null if none is left.
     *
     * @throws io.dromedary.request.ClientGone if the client left meanwhile
     */
    public Attempt advance(Clocks clocks) {
        PlanWalk.Next next = walk.next().orElse(null);
        if (next == null) {
            return null;
        }
        call.pause(next.waitMs());
        upstreamHeaders.clear();
        made++;
        current = new Attempt(next.hop(), call, clocks, fields);
        return current;
    }

    /** From now on, these groups stand in, in place of those that are still left. */
    public void goOnWith(List<Plan.Stage> others) {
        walk.goOnWith(others);
    }

    /** How often a deployment was asked again. */
    public int retries() {
        return walk.retries();
    }

    /** The attempt that is being made, or was made last; null before the first. */
    public Attempt current() {
        return current;
    }

    /** Notes why the current attempt ended. */
    public void failed(AttemptFailed reason) {
        failures.add(new Failure(current.hop(), reason));
        walk.failed(current.deployment(), reason);
    }

    /** Notes that the current attempt was none: the deployment is cooling down and was not asked. */
    public void skipped(AttemptFailed reason) {
        skipped++;
        failed(reason);
    }

    /** How many deployments were asked, retries included. */
    public int made() {
        return made - skipped;
    }

    /** What of the last upstream's headers the client may see, where its answer was none for the client. */
    public Map<String, String> upstreamHeaders() {
        return upstreamHeaders;
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
        return ApiError.busy("The gateway is ending. Ask again in a moment", 1);
    }

    /** Each failed attempt and why, for messages and the log. */
    public String reasons() {
        return failures.stream()
                .map(failure -> failure.hop().deployment().group() + ": " + failure.reason().getMessage())
                .collect(Collectors.joining("; "));
    }
}
