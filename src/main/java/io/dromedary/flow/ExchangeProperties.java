package io.dromedary.flow;

import org.apache.camel.Exchange;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestRun;
import io.dromedary.client.ClientCall;
import io.dromedary.dialect.Translation;
import io.dromedary.form.Form;
import io.dromedary.model.Endpoint;
import io.dromedary.request.RequestFields;

/**
 * The exchange properties by which the steps of one request hand things to each other and to the routes. Those that
 * route authors may use are listed in docs/edit-the-routes.md.
 */
public final class ExchangeProperties {

    /** The {@link ClientCall}. */
    public static final String CALL = "call";
    /** The name of the key that came. */
    public static final String KEY_ALIAS = "key.alias";
    /** What the name of a property begins with that is a piece of the key's metadata: {@code key.metadata[team]}. */
    public static final String KEY_METADATA = "key.metadata";
    /** What is asked for: the endpoint's name, set by the endpoint's route. */
    public static final String OPERATION = "operation";
    /** The {@link Endpoint}, where the route's template says more of it than its name. */
    public static final String ENDPOINT = "endpoint";
    /** A model named by the path; it wins over the body's. */
    public static final String MODEL_OF_PATH = "modelOfPath";
    /** The {@link Form} whose fields the body is; not there for a request that came as JSON. */
    public static final String FORM = "form";
    /** The {@link RequestFields}, until the {@link RequestRun} has them. */
    public static final String FIELDS = "fields";
    /** The dialect that the endpoint's clients speak; not there where it is chat. */
    public static final String DIALECT = "dialect";
    /** The {@link Translation}, where the client speaks another dialect. */
    public static final String TRANSLATION = "translation";
    /** The id of the session that a request in another dialect names; only where sessions count. */
    public static final String SESSION = "session";
    /** The name of the model that was asked for. */
    public static final String MODEL = "model";
    /** The key of {@code model_info} without which no deployment is asked; not there where all may be. */
    public static final String ONLY_WITH = "onlyWith";
    /** The {@link RequestRun} of the request. */
    public static final String ATTEMPTS = "attempts";
    /** The {@link Attempt} that is under way, or was last. */
    public static final String ATTEMPT = "attempt";
    /** The route name of the deployment that is about to be asked; not there when none is left. */
    public static final String DEPLOYMENT = "deployment";
    /** Whether a deployment serves the model: {@code true} or {@code false}. */
    public static final String SERVED = "served";
    /** What the plan says next: a word of {@link io.dromedary.flow.step.NextAttempt}. */
    public static final String PLANNED = "planned";
    /** {@code true} where comments are to be sent to the waiting client of this attempt. */
    public static final String KEEP_ALIVE = "keepAlive";
    /** What became of the call: a word of {@link io.dromedary.client.FailureKind.Outcome}. */
    public static final String OUTCOME = "outcome";
    /** How a failed attempt ends: a word of {@link io.dromedary.flow.step.NoteFailure}. */
    public static final String ENDING = "ending";
    /** What the answer depends on beside the request's body, where a step says so: a part of its key in the cache. */
    public static final String CACHE_VARY = "cacheVary";
    /** True on the exchange of a hedge. */
    public static final String HEDGE = "hedge";
    /** What the name of a property begins with whose value goes upstream as the header of the rest of the name. */
    public static final String UPSTREAM_HEADER = "upstream.header.";

    private ExchangeProperties() {
    }

    /** The call of this exchange; null on a path whose route does not open one. */
    public static ClientCall call(Exchange exchange) {
        return exchange.getProperty(CALL, ClientCall.class);
    }

    /**
     * What is asked for: the endpoint that {@code operation} names, which a route may have set. Where that is the name
     * of the route's own endpoint, it is as the route's template says; else it is a built-in one.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Endpoint endpoint(Exchange exchange) {
        Endpoint own = exchange.getProperty(ENDPOINT, Endpoint.class);
        String name = exchange.getProperty(OPERATION, "", String.class);
        return own != null && own.name().equals(name) ? own : Endpoint.named(name);
    }

    /** The form whose fields the body is; null for a request that came as JSON. */
    public static Form form(Exchange exchange) {
        return exchange.getProperty(FORM, Form.class);
    }

    /** What was read of the request; null before it was read. */
    public static RequestFields fields(Exchange exchange) {
        RequestFields fields = exchange.getProperty(FIELDS, RequestFields.class);
        if (fields == null && run(exchange) != null) {
            return run(exchange).fields();
        }
        return fields;
    }

    /** How the request was made and its answer is told; null where it needs no translation. */
    public static Translation translation(Exchange exchange) {
        return exchange.getProperty(TRANSLATION, Translation.class);
    }

    /** The run of this exchange's request; null where it never got that far. */
    public static RequestRun run(Exchange exchange) {
        return exchange.getProperty(ATTEMPTS, RequestRun.class);
    }

    /** The attempt that is under way, or was last; null before the first. */
    public static Attempt attempt(Exchange exchange) {
        return exchange.getProperty(ATTEMPT, Attempt.class);
    }
}
