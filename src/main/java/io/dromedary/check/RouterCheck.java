package io.dromedary.check;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dromedary.findings.Findings;
import io.dromedary.findings.Rule;
import io.dromedary.yaml.YamlTree;

/**
 * Whether each branch of the model router that asks for a model by its name can be reached: one for a model that is in
 * no {@code model_list} must stand before the branch that answers unknown models, else nobody serves that model.
 */
final class RouterCheck {

    private static final String ROUTER = "direct:model-router";
    private static final Pattern MODEL =
            Pattern.compile("\\$\\{exchangeProperty\\.model}\\s*==\\s*['\"]([^'\"]+)['\"]");
    private static final Pattern UNKNOWN = Pattern.compile("\\$\\{exchangeProperty\\.served}\\s*==\\s*'false'");
    private static final String PLANNING_STEP = "planRequest";
    private static final String FIRST_ATTEMPT = "attempt";

    private RouterCheck() {
    }

    /**
     * Adds what it finds to {@code faults}.
     *
     * @param served whether the configuration has a model of that name
     */
    static void check(FlowMap flow, Predicate<String> served, Findings faults) {
        flow.consumerOf(ROUTER).ifPresent(router -> {
            choices(router.tree(), served, faults);
            if (has(router.tree(), FIRST_ATTEMPT) && !has(router.tree(), PLANNING_STEP)) {
                faults.stop(Rule.MODEL_ROUTED, router.place(), "model-router", "has no step " + PLANNING_STEP
                        + ", so no deployment is known for any model",
                        "Add it as the first step, as the shipped file has it");
            }
        });
    }

    /** Whether {@code text} is a value anywhere in the route. */
    private static boolean has(YamlTree tree, String text) {
        return tree.isMap() && tree.entries().values().stream().anyMatch(value -> has(value, text))
                || tree.items().stream().anyMatch(item -> has(item, text))
                || !tree.isMap() && tree.items().isEmpty() && tree.text().equals(text);
    }

    private static void choices(YamlTree tree, Predicate<String> served, Findings faults) {
        tree.get("choice").flatMap(choice -> choice.get("when"))
                .ifPresent(branches -> branches(branches, served, faults));
        tree.entries().values().forEach(value -> choices(value, served, faults));
        tree.items().forEach(item -> choices(item, served, faults));
    }

    private static void branches(YamlTree branches, Predicate<String> served, Findings faults) {
        boolean unknownAnswered = false;
        for (YamlTree branch : branches.items()) {
            String condition = condition(branch).orElse("");
            Matcher model = MODEL.matcher(condition);
            if (unknownAnswered && model.find() && !served.test(model.group(1))) {
                faults.stop(Rule.MODEL_ROUTED, branch.place(), "when", "is never reached: " + model.group(1)
                        + " is in no model_list, and the branch for unknown models comes before",
                        "Move it before that branch");
            }
            unknownAnswered |= UNKNOWN.matcher(condition).find();
        }
    }

    private static Optional<String> condition(YamlTree branch) {
        YamlTree holder = branch.get("expression").orElse(branch);
        return holder.get("simple").map(simple -> simple.isMap()
                ? simple.get("expression").map(YamlTree::text).orElse("") : simple.text());
    }
}
