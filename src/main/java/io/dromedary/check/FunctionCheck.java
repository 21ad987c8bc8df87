package io.dromedary.check;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dromedary.findings.Findings;
import io.dromedary.findings.NearestKey;
import io.dromedary.findings.Rule;
import io.dromedary.yaml.YamlTree;

/**
 * Whether functions of Camel's {@code simple} language are misspelt in a way that Camel takes: it reads
 * {@code ${exchangeProprty.x}} as {@code exchange} and the method {@code Proprty}, and fails each request there. Any
 * other unknown function it refuses by itself, which {@link ExpressionCheck} tells.
 */
final class FunctionCheck {

    /** The functions of Camel 4.18 that begin with one that takes what follows it for a method or a key. */
    private static final Set<String> KNOWN = Set.of("exchange", "exchangeId", "exchangeProperty", "camelContext",
            "exception", "header", "headers", "headerAs", "variable", "variables", "variableAs");
    private static final Pattern CALL = Pattern.compile(
            "\\$(?:simple)?\\{(?:in\\.)?((?:exchange|camelContext|exception|header|variable)\\w*)");
    /** The keys whose texts are expressions in that language. */
    private static final Set<String> EXPRESSIONS = Set.of("simple", "message", "uri", "toD", "method");

    private final Findings faults;

    private FunctionCheck(Findings faults) {
        this.faults = faults;
    }

    /** Adds what it finds to {@code faults}. */
    static void check(List<RouteFile> files, Findings faults) {
        FunctionCheck check = new FunctionCheck(faults);
        files.forEach(file -> check.walk("", file.tree()));
    }

    private void walk(String key, YamlTree tree) {
        if (tree.isScalar() && EXPRESSIONS.contains(key)) {
            text(tree);
        }
        // simple: {expression: ...} is the longer form of simple: ...
        tree.entries().forEach((name, value) ->
                walk(name.equals("expression") && value.isScalar() ? key : name, value));
        tree.items().forEach(item -> walk(key, item));
    }

    private void text(YamlTree scalar) {
        Matcher call = CALL.matcher(scalar.text());
        while (call.find()) {
            String name = call.group(1);
            if (!KNOWN.contains(name)) {
                faults.stop(Rule.KNOWN_FUNCTION, scalar.place(), "simple", "there is no function " + name
                        + " in Camel's simple language", NearestKey.withinTwoLetters(name, KNOWN)
                        .map(near -> "Did you mean " + near + "?").orElse(""));
            }
        }
    }
}
