package io.dromedary.fault;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Camel says of a failure, fit to be told: without what may be a key in an endpoint's options, and in one line. */
public final class CamelMessage {

    private static final Pattern QUERY = Pattern.compile("\\?\\S+=\\S*");
    private static final Pattern LIST = Pattern.compile("(?s)Unknown parameters=\\[\\{(.*?)}](?=[\\s.,]|$)");

    private CamelMessage() {
    }

    /** {@code message} without values of options and without queries of URIs. */
    public static String clean(String message) {
        String text = String.valueOf(message);
        Matcher list = LIST.matcher(text);
        StringBuilder cleaned = new StringBuilder();
        while (list.find()) {
            list.appendReplacement(cleaned, Matcher.quoteReplacement("Unknown options: "
                    + list.group(1).replaceAll("=[^,]*(?=, |$)", "")));
        }
        list.appendTail(cleaned);
        return QUERY.matcher(cleaned).replaceAll("?...").strip().replaceAll("\\s+", " ");
    }
}
