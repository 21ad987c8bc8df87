package io.dromedary.flow.step;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

import org.apache.camel.Exchange;

import io.dromedary.answer.AnswerHeaders;
import io.dromedary.client.ApiError;
import io.dromedary.client.ClientCall;
import io.dromedary.client.ClientKey;
import io.dromedary.dialect.Dialect;
import io.dromedary.dialect.TokenEstimate;
import io.dromedary.dialect.Translation;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.json.JsonSlices;
import io.dromedary.json.ObjectFields;
import io.dromedary.key.VirtualKey;
import io.dromedary.model.Deployment;
import io.dromedary.model.Plan;
import io.dromedary.request.RequestReader;
import io.dromedary.upstream.TokenCount;
import io.dromedary.upstream.UpstreamHeaders;

/**
 * Answers how many tokens a translated request has: exactly where the first deployment of its model that is up counts
 * in the request's own dialect, else by an estimate. The header {@value #HEADER} says which. No breaker hears of it.
 */
public final class CountTokens extends GatewayStep {

    /** What tells whether the count is exact or estimated. */
    public static final String HEADER = "x-dromedary-token-count";

    private static final long TIMEOUT_MS = TimeUnit.SECONDS.toMillis(5);

    @Override
    public void process(Exchange exchange) throws IOException {
        ClientCall call = ExchangeProperties.call(exchange);
        Translation translation = ExchangeProperties.translation(exchange);
        byte[] chat = StepBody.of(exchange);
        ObjectFields fields = ObjectFields.pick(chat, "model");
        String asked = fields.find("model").map(field -> model(fields, field)).orElse("");
        VirtualKey key = ClientKey.keyOf(call.request());
        String model = key.scope().meant(asked);
        AdmitKey.requireModel(gateway().config().access().masterMayCall(), key, asked,
                !model.equals(asked) || key.scope().allows(model, gateway().catalogue()));
        Plan plan = gateway().catalogue().plan(model, List.of(), gateway().strategy())
                .orElseThrow(() -> UnknownModel.error(model, gateway().config(), key.scope()));
        OptionalLong exact = chat == translation.chat() ? exact(plan.stages().get(0), translation)
                : OptionalLong.empty();
        if (call.answer().begin()) {
            Map<String, String> headers = AnswerHeaders.of(call, null, gateway().answers());
            AnswerHeaders.addType(headers, "application/json");
            headers.put(HEADER, exact.isPresent() ? "exact" : "estimated");
            call.answer().send(200, AnswerHeaders.timed(headers, call),
                    translation.dialect().tokenCount(exact.isPresent() ? exact.getAsLong() : TokenEstimate.of(chat)));
        }
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(null);
    }

    /** No request is asked for by a longer name either. */
    private static String model(ObjectFields fields, ObjectFields.Field field) {
        if (field.length() > RequestReader.LONGEST_MODEL) {
            throw ApiError.badRequest("string_above_max_length", "model", "'model' has more than "
                    + RequestReader.LONGEST_MODEL + " bytes");
        }
        return fields.text(field).orElse("");
    }

    private OptionalLong exact(Plan.Stage group, Translation translation) {
        Dialect dialect = translation.dialect();
        Deployment counting = group.deployments().stream()
                .filter(deployment -> deployment.counts(dialect.name(), dialect.path(), "/v1" + dialect.countPath()))
                .filter(deployment -> !gateway().cooldownOf(deployment).open()).findFirst().orElse(null);
        if (counting == null) {
            return OptionalLong.empty();
        }
        JsonSlices body = translation.asSent().body(counting.upstreamModelFor(group.model()));
        Map<String, String> headers = UpstreamHeaders.of(counting, gateway().routeHeaders().of(counting));
        headers.putAll(translation.asSent().headers());
        headers.put("Accept", "application/json");
        headers.put("Content-Type", "application/json");
        return new TokenCount(gateway().pool(counting), gateway().timer(), TIMEOUT_MS)
                .of(counting.form().path(dialect.countPath()), headers, body);
    }
}
