package io.dromedary.upstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dromedary.attempt.Attempt;
import io.dromedary.client.ApiError;
import io.dromedary.client.FailureKind;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.json.ObjectFields;
import io.dromedary.model.Deployment;
import io.dromedary.model.Endpoint;
import io.dromedary.model.Need;
import io.dromedary.upstream.UpstreamPhrases.Meaning;

/**
 * Decides of which kind an upstream's error is, by its status, its code and its words. What happens on a kind, the
 * routes decide. The raw text is judged; what the failure tells is blotted.
 */
public final class ErrorClassifier {

    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int NOT_IMPLEMENTED = 501;
    private static final Set<Integer> MAY_BE_INCAPABLE = Set.of(400, 404, 405, 415, 422, 500, 501);
    private static final Set<Integer> MAY_BE_POLICY = Set.of(400, 403, 422, 451);
    private static final Set<Integer> MAY_BE_MODEL = Set.of(400, 404, 422);
    private static final Set<Integer> MAY_BE_A_USERS = Set.of(400, 402, 403, 429);
    private static final Pattern LIMIT = Pattern.compile("limit:? (\\d[\\d,]{0,15})");
    private static final Pattern REQUESTED = Pattern.compile("requested:? (\\d[\\d,]{0,15})");
    private static final int SHORTEST_USER = 3;
    /** An address with a host; what may end a sentence does not belong to it. */
    private static final Pattern ADDRESS = Pattern.compile(
            "https?://[!-~&&[^\"'`<>\\\\]]{4,500}[!-~&&[^\"'`<>\\\\.,:;)\\]}]]");
    private static final int MOST_ADDRESSES = 3;

    private final SecretBlot blot;

    /** @param tellAddress whether clients are told where upstreams are ({@code gateway.answer.api-base}) */
    public ErrorClassifier(boolean tellAddress) {
        blot = new SecretBlot(tellAddress);
    }

    /**
     * The failure that the error amounts to.
     *
     * @param status     the upstream's; below 400 where the error came under a 200 and has to tell its status itself
     * @param attempt    whose error it is
     * @param retryAfter when the upstream wants to be asked again, in seconds
     */
    public UpstreamFailed classify(int status, UpstreamError error, Attempt attempt, OptionalLong retryAfter) {
        int told = status >= 400 && status < 600 ? status : status(error);
        FailureKind kind = kindOf(told, error, attempt);
        Deployment deployment = attempt.deployment();
        String code = kind == FailureKind.REFUSED_BY_POLICY && error.code() == null ? "content_policy_violation"
                : error.code();
        int shown = shown(kind, told, attempt);
        String type = shown == told ? error.type() : ApiError.typeOf(shown);
        UpstreamFailed failure = UpstreamFailed.told(kind, shown, blot.of(type, deployment), blot.of(code, deployment),
                blot.of(error.param(), deployment), message(kind, told, error, attempt), retryAfter);
        return kind == FailureKind.INCAPABLE ? failure.refusing(refused(told, error.judged(), attempt)) : failure;
    }

    /** The status that the client gets: a 500 that is the request's own is a 400, a 400 for a bad key a 401. */
    private static int shown(FailureKind kind, int told, Attempt attempt) {
        return switch (kind) {
            case INCAPABLE -> told != NOT_IMPLEMENTED && !hasNoSuchPath(told, attempt.endpoint())
                    && (told >= 500 || told == 404) ? 400 : told;
            case KEY_REFUSED -> 401;
            case PAYMENT_REQUIRED -> 402;
            case NOT_PERMITTED -> 403;
            default -> told;
        };
    }

    /**
     * What of the request's needs the server has refused. Empty where the words leave open which: what is remembered
     * wrongly would keep a well deployment from others. What the server quotes may be the client's own text, and counts
     * for nothing here.
     */
    private static Set<Need> refused(int status, String judged, Attempt attempt) {
        String words = withoutQuoted(judged);
        Set<Need> said = EnumSet.noneOf(Need.class);
        Set<Need> open = EnumSet.noneOf(Need.class);
        for (UpstreamPhrases.Phrase phrase : UpstreamPhrases.incapable(status, true, words)) {
            Set<Need> needs = phrase.meaning().refused();
            (needs.size() == 1 ? said : open).addAll(needs);
        }
        Set<Need> meant = said.isEmpty() ? open : said;
        meant.retainAll(attempt.needs());
        return meant.size() == 1 ? Set.copyOf(meant) : Set.of();
    }

    /** Without what stands between the first and the last of each kind of quote: pairs could be forged. */
    private static String withoutQuoted(String words) {
        String left = words;
        for (char quote : new char[] {'"', '`', '\''}) {
            int first = left.indexOf(quote);
            while (first > 0 && Character.isLetter(left.charAt(first - 1))) {
                first = left.indexOf(quote, first + 1); // an apostrophe
            }
            if (first >= 0) {
                int last = left.lastIndexOf(quote);
                left = left.substring(0, first) + (last > first ? left.substring(last + 1) : "");
            }
        }
        return left;
    }

    /** The error's message without secrets, for the log. */
    public String told(UpstreamError error, Deployment deployment) {
        return blot.of(error.message(), deployment);
    }

    private static int status(UpstreamError error) {
        if (error.number() >= 400 && error.number() < 600) {
            return error.number();
        }
        String words = error.judged();
        if (says(Meaning.TOO_LONG, words) || says(Meaning.REFUSED_BY_POLICY, words)) {
            return 400;
        }
        return says(Meaning.RATE_LIMITED, words) ? 429 : says(Meaning.OVERLOADED, words) ? 503 : 502;
    }

    private static boolean says(Meaning meaning, String words) {
        return UpstreamPhrases.say(meaning, 0, true, words);
    }

    private static FailureKind kindOf(int status, UpstreamError error, Attempt attempt) {
        String words = error.judged();
        FailureKind byStatus = FailureKind.ofStatus(status);
        boolean ofTheRequest = byStatus == FailureKind.CLIENT_MISTAKE;
        if (UpstreamPhrases.say(Meaning.OVER_ALLOWANCE, status, false, words) || byStatus == FailureKind.RATE_LIMITED
                && neverFits(words)) {
            return FailureKind.OVER_ALLOWANCE;
        }
        if (error.is("context_length_exceeded", "exceed_context_size_error", "model_max_prompt_tokens_exceeded",
                "tokens_limit_reached")
                || UpstreamPhrases.say(Meaning.TOO_LONG, status, ofTheRequest, words)) {
            return FailureKind.TOO_LONG;
        }
        if (MAY_BE_A_USERS.contains(status) && ofOneUser(status, words, attempt)) {
            return FailureKind.USER_LIMITED;
        }
        if (MAY_BE_POLICY.contains(status)
                && (error.is("content_policy_violation", "content_filter", "data_inspection_failed")
                || !error.reasons().isEmpty() || UpstreamPhrases.say(Meaning.REFUSED_BY_POLICY, status, true, words))) {
            return FailureKind.REFUSED_BY_POLICY;
        }
        if (status == NOT_IMPLEMENTED || hasNoSuchPath(status, attempt.endpoint())
                || !UpstreamPhrases.incapable(status, MAY_BE_INCAPABLE.contains(status), words).isEmpty()
                || status >= 500 && namesAnImage(words, attempt)) {
            return FailureKind.INCAPABLE;
        }
        if (UpstreamPhrases.say(Meaning.KEY_REFUSED, status, false, words)) {
            return FailureKind.KEY_REFUSED;
        }
        if (UpstreamPhrases.say(Meaning.PAYMENT_REQUIRED, status, false, words)) {
            return FailureKind.PAYMENT_REQUIRED;
        }
        if (UpstreamPhrases.say(Meaning.NOT_PERMITTED, status, false, words)) {
            return FailureKind.NOT_PERMITTED;
        }
        if (MAY_BE_MODEL.contains(status) && aboutTheModel(status, error, words, attempt)) {
            return attempt.deployment().upstreamModel().contains("*") ? FailureKind.NAME_UNKNOWN
                    : FailureKind.MODEL_UNKNOWN;
        }
        return byStatus;
    }

    /**
     * Whether a rate limit's text says that the request asks for more than the whole limit: it never fits, however long
     * one waits.
     */
    private static boolean neverFits(String words) {
        String lower = words.toLowerCase(Locale.ROOT);
        long limit = number(LIMIT, lower);
        return limit > 0 && number(REQUESTED, lower) > limit;
    }

    private static long number(Pattern pattern, String words) {
        Matcher found = pattern.matcher(words);
        return found.find() ? Long.parseLong(found.group(1).replace(",", "")) : 0;
    }

    /**
     * Whether the words quote an address of the request's own: the server could not fetch the image that is there, and
     * is well.
     */
    private static boolean namesAnImage(String words, Attempt attempt) {
        if (!attempt.needs().contains(Need.IMAGES)) {
            return false;
        }
        Matcher addresses = ADDRESS.matcher(words);
        String sent = null;
        for (int looked = 0; looked < MOST_ADDRESSES && addresses.find(); looked++) {
            if (sent == null && attempt.sentBytes() == null) {
                return false;
            }
            sent = sent == null ? new String(attempt.sentBytes(), StandardCharsets.ISO_8859_1) : sent;
            if (sent.contains(addresses.group())) {
                return true;
            }
        }
        return false;
    }

    /** By the words, or because the client's own {@code user} is quoted. */
    private static boolean ofOneUser(int status, String words, Attempt attempt) {
        if (UpstreamPhrases.say(Meaning.USER_LIMITED, status, status == 402 || status == 429, words)) {
            return true;
        }
        if (status != 429 && status != 402 || !words.toLowerCase(Locale.ROOT).contains("user")
                || attempt.sentBytes() == null) {
            return false;
        }
        try {
            ObjectFields sent = ObjectFields.pick(attempt.sentBytes(), "user", "safety_identifier");
            return sent.all().stream().filter(user -> user.length() <= words.length())
                    .flatMap(user -> sent.text(user).stream())
                    .anyMatch(user -> user.length() >= SHORTEST_USER && words.contains(user));
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Whether it says that it has no such path. A server that serves chats and no rerank is well: its breaker must not
     * keep chats from it for what others ask of it. For the endpoints that each deployment is there for, a 404 is a
     * wrong model's name or address.
     */
    private static boolean hasNoSuchPath(int status, Endpoint endpoint) {
        return !endpoint.answer().hasDefaultModel() && (status == NOT_FOUND || status == METHOD_NOT_ALLOWED);
    }

    /** A 404 may be about a path, too: it is about the model if it says so or names it. */
    private static boolean aboutTheModel(int status, UpstreamError error, String words, Attempt attempt) {
        return error.is("model_not_found") || UpstreamPhrases.say(Meaning.MODEL_UNKNOWN, status, true, words)
                || status == 404 && words.contains(attempt.hop().upstreamModel());
    }

    /**
     * The words of an upstream about the deployment's key, credit or model are for the operator, not for the client.
     */
    private String message(FailureKind kind, int status, UpstreamError error, Attempt attempt) {
        String ofDeployment = " (deployment " + attempt.deployment().id() + ")";
        String words = told(error, attempt.deployment());
        return switch (kind) {
            case KEY_REFUSED -> "the upstream refused the gateway's key" + ofDeployment;
            case PAYMENT_REQUIRED -> "the upstream wants payment" + ofDeployment;
            case NOT_PERMITTED -> "the upstream does not permit it" + ofDeployment;
            case MODEL_UNKNOWN -> "the upstream does not know the model" + ofDeployment;
            case NAME_UNKNOWN -> "the upstream does not know a model of that name" + ofDeployment;
            case NOT_FOUND -> "the upstream does not know the path" + ofDeployment
                    + (words.isEmpty() ? "" : ", " + words);
            case CLIENT_MISTAKE, TOO_LONG, INCAPABLE, OVER_ALLOWANCE, USER_LIMITED -> words.isEmpty()
                    ? "The upstream refused the request with status " + status : words;
            case REFUSED_BY_POLICY -> refusal(words, error, attempt.deployment());
            case UNREACHABLE, BROKEN_OFF, UNREADABLE, TIMEOUT, OWN_CLOCK, SILENT, OUT_OF_TIME, TIMEOUT_TOLD,
                 RATE_LIMITED, SERVER_ERROR, UNEXPECTED_STATUS, COOLING_DOWN, COOLING_DOWN_RATE_LIMITED, BUSY,
                 LIMIT_REACHED, GATEWAY_FULL, GATEWAY_ENDS ->
                    "status " + status + (words.isEmpty() ? "" : ", " + words);
        };
    }

    private String refusal(String words, UpstreamError error, Deployment deployment) {
        String reasons = blot.of(String.join(", ", error.reasons()), deployment);
        String told = words.isEmpty() ? "The upstream refused the prompt" : words;
        return reasons.isEmpty() ? told : told + " (" + reasons + ")";
    }
}
