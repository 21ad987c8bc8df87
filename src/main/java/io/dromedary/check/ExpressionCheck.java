package io.dromedary.check;

import java.util.List;
import java.util.Set;

import org.apache.camel.CamelContext;
import org.apache.camel.ExpressionIllegalSyntaxException;
import org.apache.camel.spi.Language;

import io.dromedary.findings.Findings;
import io.dromedary.findings.Rule;
import io.dromedary.yaml.YamlTree;

/**
 * Whether Camel can read the expressions in its {@code simple} language; those of other languages are left to the
 * making of the route.
 */
final class ExpressionCheck {

    /** Where an expression must be true or false. */
    private static final Set<String> CONDITIONS =
            Set.of("when", "filter", "validate", "onWhen", "handled", "continued", "retryWhile",
            "completionPredicate");

    private final CamelContext context;
    private final Language simple;
    private final Findings faults;

    private ExpressionCheck(CamelContext context, Findings faults) {
        this.context = context;
        this.simple = context.resolveLanguage("simple");
        this.faults = faults;
    }

    /** Adds what it finds to {@code faults}. */
    static void check(FlowMap flow, CamelContext context, Findings faults) {
        ExpressionCheck check = new ExpressionCheck(context, faults);
        flow.files().forEach(file -> check.walk("", file.tree()));
    }

    private void walk(String key, YamlTree tree) {
        tree.entries().forEach((name, value) -> {
            if (name.equals("simple")) {
                expression(CONDITIONS.contains(key), value.isMap() ? value.at(List.of("expression")) : value);
            } else {
                walk(name.equals("expression") ? key : name, value);
            }
        });
        tree.items().forEach(item -> walk(key, item));
    }

    private void expression(boolean condition, YamlTree text) {
        if (!text.isScalar() || text.text().contains("{{") || text.text().contains("bean:")) {
            return; // a placeholder is filled in when the route is made, and this context has no beans
        }
        try {
            if (condition) {
                simple.createPredicate(text.text()).init(context);
            } else {
                simple.createExpression(text.text()).init(context);
            }
        } catch (ExpressionIllegalSyntaxException e) {
            // Camel's message is the reason, then the expression and a mark below it.
            faults.stop(Rule.ROUTE_SCHEMA, text.place(), "simple", "the expression cannot be read: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""), "");
        } catch (RuntimeException e) {
            faults.stop(Rule.ROUTE_SCHEMA, text.place(), "simple", "the expression cannot be read: " + e.getMessage(),
                    "");
        }
    }
}
