package io.dromedary.flow.step;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.apache.camel.Exchange;

import io.dromedary.client.ApiError;
import io.dromedary.client.ClientCall;
import io.dromedary.client.ClientKey;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.key.VirtualKey;
import io.dromedary.ledger.Limit;
import io.dromedary.model.Catalogue;
import io.dromedary.model.Deployment;
import io.dromedary.model.Plan;
import io.dromedary.quota.Estimate;
import io.dromedary.request.RequestFields;
import io.dromedary.request.RequestSteering;

/**
 * Whether the request's key may ask for the model in the property {@code model}, and has enough left of its limits. An
 * alias that holds for the key alone is put in place of the model. What the request may use is reserved here, all of it
 * or nothing, and settled when it ends. 403 for a model that is not the key's, 429 for a limit that is used up.
 */
public final class AdmitKey extends GatewayStep {

    @Override
    public void process(Exchange exchange) throws Exception {
        ClientCall call = ExchangeProperties.call(exchange);
        VirtualKey key = ClientKey.keyOf(call.request());
        String asked = exchange.getProperty(ExchangeProperties.MODEL, "", String.class);
        String model = key.scope().meant(asked);
        if (!model.equals(asked)) {
            exchange.setProperty(ExchangeProperties.MODEL, model);
        }
        call.asksFor(asked.isEmpty() ? null : asked); // a request that is refused here has no plan to tell it
        requireModel(key, asked, model);
        RequestFields fields = ExchangeProperties.fields(exchange);
        requireOwn(key, fields.steering());
        List<Deployment> serving = gateway().catalogue().serving(model);
        List<Limit> limits = gateway().keyLedger().limits(key, model, serving);
        Map<String, List<Deployment>> standIns = standIns(fields.steering());
        Map<Limit, Set<String>> theirs = gateway().keyLedger().limitsOfStandIns(key, standIns, limits);
        if (!limits.isEmpty() || !theirs.isEmpty()) {
            byte[] body = StepBody.of(exchange);
            exchange.getMessage().setBody(body); // it may have been a stream
            gateway().keyLedger().admit(call, key, limits, theirs, Estimate.of(body, fields,
                    gateway().limits().answerTokens(), all(serving, standIns)));
        }
    }

    /** The models that the client wants to stand in, with who serves them. */
    private Map<String, List<Deployment>> standIns(RequestSteering steering) {
        if (steering.disableFallbacks() || steering.fallbacks().isEmpty() && steering.contextWindow().isEmpty()
                && steering.contentPolicy().isEmpty()) {
            return Map.of();
        }
        Catalogue catalogue = gateway().catalogue();
        Map<String, List<Deployment>> standIns = new LinkedHashMap<>();
        Stream.of(steering.fallbacks().stream().flatMap(List::stream).limit(catalogue.mostFallbacks())
                .map(Plan.StandIn::model),
                steering.contextWindow().values().stream().flatMap(List::stream),
                steering.contentPolicy().values().stream().flatMap(List::stream)).flatMap(names -> names)
                .forEach(name -> standIns.put(catalogue.resolved(name), catalogue.serving(name)));
        return standIns;
    }

    private static List<Deployment> all(List<Deployment> serving, Map<String, List<Deployment>> standIns) {
        return standIns.isEmpty() ? serving : Stream.concat(Stream.of(serving), standIns.values().stream())
                .flatMap(List::stream).distinct().toList(); // thousands of names may be one group's
    }

    /** Whatever the client wants to stand in must be the key's too; a fallback of the configuration need not be. */
    private void requireOwn(VirtualKey key, RequestSteering steering) {
        steering.fallbacks().ifPresent(named -> named.forEach(standIn -> requireNamed(key, standIn.model())));
        steering.contextWindow().values().forEach(named -> named.forEach(model -> requireNamed(key, model)));
        steering.contentPolicy().values().forEach(named -> named.forEach(model -> requireNamed(key, model)));
    }

    /** An alias of the key's own stands for no model there. */
    private void requireNamed(VirtualKey key, String model) {
        requireModel(gateway().config().access().masterMayCall(), key, model,
                key.scope().allows(model, gateway().catalogue()));
    }

    private void requireModel(VirtualKey key, String asked, String model) {
        requireModel(gateway().config().access().masterMayCall(), key, asked,
                key.scope().aliases().containsKey(asked) || key.scope().allows(model, gateway().catalogue())
                || isUnserved(key, model));
    }

    /** Whether it is a model of the key's list that cannot be served: it is told why, as if there were no list. */
    private boolean isUnserved(VirtualKey key, String model) {
        Catalogue catalogue = gateway().catalogue();
        return key.scope().models().contains(model) && catalogue.serving(model).isEmpty()
                && gateway().config().unserved().why(catalogue.resolved(model)).isPresent();
    }

    /**
     * Refuses a key that may not ask for a model.
     *
     * @param masterMayCall whether the master key may ask for models
     * @param asked         the model, as the client names it
     * @param allowed       whether it is among the models of the key
     * @throws ApiError 403
     */
    static void requireModel(boolean masterMayCall, VirtualKey key, String asked, boolean allowed) {
        if (key.isMaster() && !masterMayCall) {
            throw ApiError.forbidden("master_key_may_not_call", null,
                    "The master key asks no models on this gateway (master_key_may_call: false). "
                    + "Use the key of an app");
        }
        if (!allowed) {
            throw ApiError.forbidden("key_model_access_denied", "model",
                    "The key '" + key.alias() + "' may not ask for the model '" + asked + "'");
        }
    }
}
