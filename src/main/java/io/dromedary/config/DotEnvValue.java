package io.dromedary.config;

import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of one variable of a {@code .env}, made of what the line says: escapes are resolved in quotes, references
 * everywhere but in single quotes, and so are those in the default of another one: {@code ${A:-${B:-x}}}. There
 * python-dotenv ends the outer reference at the first brace, and what it makes is of no use; Docker Compose resolves
 * both (https://docs.docker.com/reference/compose-file/interpolation/). Only what is taken is looked up. Each character
 * is read once, and a value has at most {@value #LONGEST}.
 */
final class DotEnvValue {

    private static final Pattern OPENING = Pattern.compile("\\$\\{([A-Za-z_]\\w*)(?:(:?[-+?])|(?=}))");
    private static final int LONGEST = 64 * 1024;
    private static final int DEEPEST = 64;

    private final String name;
    private final String text;
    private final char quote;
    private final UnaryOperator<String> variables;
    private final Consumer<String> told;
    private final Matcher opening;
    private final int[] closings;
    private final StringBuilder value = new StringBuilder();

    /**
     * @param name      whose value it is, for what is told
     * @param text      what the line says, without its quotes
     * @param quote     the quote around it; a blank where there is none
     * @param variables the value of another variable; null where it is not set
     * @param told      is told what is not set
     */
    DotEnvValue(String name, String text, char quote, UnaryOperator<String> variables, Consumer<String> told) {
        this.name = name;
        this.text = text;
        this.quote = quote;
        this.variables = variables;
        this.told = told;
        opening = OPENING.matcher(text);
        closings = quote != '\'' && text.contains("${") ? closings(text, quote) : new int[0];
    }

    /** For each reference that begins, where it ends; 0 at other places, and where it does not end. */
    private static int[] closings(String text, char quote) {
        int[] closings = new int[text.length()];
        int[] open = new int[text.length() / 2];
        int depth = 0;
        for (int at = 0; at < text.length(); at++) {
            if (quote != ' ' && text.charAt(at) == '\\') {
                at++;
            } else if (text.startsWith("${", at)) {
                open[depth++] = at++;
            } else if (text.charAt(at) == '}' && depth > 0) {
                closings[open[--depth]] = at;
            }
        }
        return closings;
    }

    /** @throws UnreadableLine if it is too long, too deep, or needs a variable that is not set */
    String resolve() throws UnreadableLine {
        resolve(0, text.length(), 0);
        return value.toString();
    }

    private void resolve(int from, int end, int depth) throws UnreadableLine {
        if (depth > DEEPEST) {
            throw new UnreadableLine("has references more than " + DEEPEST + " deep: " + name + " is not set");
        }
        int next = from;
        while (next < end) {
            int closing = closings.length == 0 ? 0 : closings[next];
            if (quote != ' ' && text.charAt(next) == '\\') {
                value.append(unescaped(text.charAt(next + 1)));
                next += 2;
            } else if (closing > 0 && opening.region(next, closing + 1).lookingAt()) {
                refer(opening.group(1), opening.group(2) == null ? "" : opening.group(2), opening.end(), closing,
                        depth);
                next = closing + 1;
            } else {
                value.append(text.charAt(next++));
            }
            if (value.length() > LONGEST) {
                throw new UnreadableLine("makes more than " + LONGEST + " characters: " + name + " is not set");
            }
        }
    }

    /** What follows the operator, from {@code from} to {@code end}, is resolved where it is taken. */
    private void refer(String other, String operator, int from, int end, int depth) throws UnreadableLine {
        String found = variables.apply(other);
        boolean set = found != null && !(operator.startsWith(":") && found.isEmpty());
        if (operator.endsWith("+")) {
            if (set) {
                resolve(from, end, depth + 1);
            }
        } else if (set) {
            value.append(found);
        } else if (operator.endsWith("-")) {
            resolve(from, end, depth + 1);
        } else if (operator.endsWith("?")) {
            throw new UnreadableLine("needs " + other + ", which is not set: neither is " + name);
        } else {
            told.accept("refers to " + other + ", which is not set: it is read as nothing");
        }
    }

    private String unescaped(char c) {
        if (c == quote || c == '\\') {
            return String.valueOf(c);
        }
        int known = quote == '"' ? "nrt$'".indexOf(c) : -1;
        return known < 0 ? "\\" + c : "\n\r\t$'".substring(known, known + 1);
    }
}
