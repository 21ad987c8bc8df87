package io.dromedary.findings;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What Camel says of a failure, fit to be told: without what may be a key in an endpoint's options, and in one line.
 */
public final class CamelMessage {

    private static final Pattern UNKNOWN = Pattern.compile("(?s)Unknown parameters=\\[\\{(.*?)}](?=\\s|[.,]|$)");
    /** To the end of what Camel says of the endpoint: a value may hold blanks. */
    private static final Pattern QUERY = Pattern.compile("(?s)\\?[^\\s?=]+=.*?(?=\\s(?:due to|because)\\b|$)");

    private CamelMessage() {
    }

    /** {@code message} without values of options and without queries of URIs. */
    public static String clean(String message) {
        String text = String.valueOf(message);
        List<String> unknown = unknownOptions(text);
        String named = unknown.isEmpty() ? text : UNKNOWN.matcher(text)
                .replaceAll("Unknown options: " + String.join(", ", unknown));
        return QUERY.matcher(named).replaceAll("?...").strip().replaceAll("\\s+", " ");
    }

    /** The names of the options that an endpoint does not have; empty where {@code message} tells of none. */
    public static List<String> unknownOptions(String message) {
        Matcher unknown = UNKNOWN.matcher(String.valueOf(message));
        return !unknown.find() ? List.of() : Stream.of(unknown.group(1).split(", (?=[\\w.-]+=)"))
                .map(option -> option.replaceAll("(?s)=.*", "")).sorted().toList();
    }
}
