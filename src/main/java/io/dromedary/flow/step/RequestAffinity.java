package io.dromedary.flow.step;

import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.apache.camel.Exchange;

import io.dromedary.attempt.RequestRun;
import io.dromedary.balance.Rendezvous;
import io.dromedary.client.ClientKey;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.generation.GenerationContext;
import io.dromedary.model.AffinityRules.By;
import io.dromedary.model.Deployment;
import io.dromedary.request.AffinityKey;
import io.dromedary.request.SessionId;

/** Finds what a request belongs to, and has its first deployment chosen by that. */
final class RequestAffinity {

    /** What client and log are told where nothing is found. */
    private static final String NONE = "none";

    private RequestAffinity() {
    }

    /**
     * Where the group that is asked for keeps requests together, and the request is one to a model that reads a prompt.
     */
    static void apply(Exchange exchange, RequestRun run, GenerationContext gateway) {
        List<Deployment> group = gateway.catalogue().serving(run.plan().model());
        Set<By> rules = gateway.config().affinity().of(group.get(0).group());
        if (rules.isEmpty() || !run.endpoint().answer().streams()) {
            return;
        }
        Optional<AffinityKey> key = key(exchange, run, rules);
        if (key.isEmpty()) {
            run.keepTogether(NONE, null);
            return;
        }
        Rendezvous rendezvous =
                new Rendezvous(gateway.loads(), deployment -> gateway.cooldownOf(deployment).open());
        long hash = key.get().hash();
        run.keepTogether(key.get().by().word(), deployments -> rendezvous.first(deployments, group, hash));
    }

    private static Optional<AffinityKey> key(Exchange exchange, RequestRun run, Set<By> rules) {
        String alias = ClientKey.of(run.call().request());
        Optional<AffinityKey> key = Optional.empty();
        if (rules.contains(By.SESSION)) {
            // The exchange has no headers of the client's any more.
            key = SessionId.in(run.call().request()::getHeader)
                    .or(() -> Optional.ofNullable(exchange.getProperty(ExchangeProperties.SESSION, String.class)))
                    .or(() -> run.translation().isPresent() ? Optional.empty()
                    : SessionId.in(run.fields().body(), run.fields().fields()))
                    .map(session -> AffinityKey.ofSession(alias, session));
        }
        if (key.isEmpty() && rules.contains(By.PREFIX)) {
            byte[] body = StepBody.of(exchange);
            exchange.getMessage().setBody(body); // it may have been a stream
            String model = run.plan().model();
            key = body == run.fields().body() ? AffinityKey.ofPrefix(alias, model, body, run.fields().fields())
                    : AffinityKey.ofPrefix(alias, model, body);
        }
        if (key.isEmpty() && rules.contains(By.KEY)) {
            key = Optional.of(AffinityKey.ofKey(alias));
        }
        return key;
    }
}
