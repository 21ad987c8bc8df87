package io.dromedary.flow.step;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

import org.apache.camel.Exchange;

import io.dromedary.client.RouteStepError;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.request.HiddenTexts;
import io.dromedary.request.PersonalData;
import io.dromedary.request.PersonalData.Kind;
import io.dromedary.request.PromptTexts;

/**
 * The bean {@code personalData}: finds data of persons in all that was written into a request, as
 * {@link RequestBody#replaceInTexts} looks into it, as in
 * {@code ${bean:personalData?method=found(${body}, 'e-mail,iban')} != ''}. Kinds are {@code key}, {@code e-mail},
 * {@code iban}, {@code card} and {@code phone}, comma-separated.
 */
public final class GuardPersonalData {

    /** The kinds that are found, comma-separated; empty where none is, and where the body is no JSON. */
    public String found(byte[] body, String kinds) {
        Set<Kind> found = new LinkedHashSet<>();
        try {
            change(body, kinds, (kind, text) -> {
                found.add(kind);
                return text;
            });
        } catch (IOException e) {
            return ""; // the step read-request refuses it
        }
        return found.stream().map(Kind::word).collect(Collectors.joining(","));
    }

    /** Puts the kind in brackets in the place of each find, such as {@code [e-mail]}. */
    public byte[] mask(byte[] body, String kinds) {
        try {
            byte[] masked = change(body, kinds, (kind, text) -> "[" + kind.word() + "]");
            return masked == body ? body.clone() : masked;
        } catch (IOException e) {
            return body;
        }
    }

    /**
     * Puts a mark in the place of each find, such as {@code [e-mail-1]}, for this attempt: its answer gets the data
     * back. To be called at {@code direct:deployment-*}, once.
     *
     * @throws RouteStepError elsewhere, and where the body is no JSON: nothing must go out that was not looked into
     */
    public void hide(Exchange exchange, String kinds) {
        if (ExchangeProperties.attempt(exchange) == null) {
            throw new RouteStepError("personalData.hide has no attempt whose answer could get the data back: use it at "
                    + "direct:deployment-*");
        }
        HiddenTexts hidden = new HiddenTexts();
        try {
            exchange.getMessage().setBody(hidden.hide(StepBody.of(exchange), PersonalData.kinds(kinds)));
        } catch (IOException e) {
            throw new RouteStepError(
                    "The message body is no JSON, left by a step before: leave the request's JSON there");
        }
        ExchangeProperties.attempt(exchange).hides(hidden);
    }

    private static byte[] change(byte[] body, String kinds,
            BiFunction<Kind, String, String> replacement) throws IOException {
        Set<Kind> sought = PersonalData.kinds(kinds);
        return PromptTexts.change(body, text -> PersonalData.replace(text, sought, replacement));
    }
}
