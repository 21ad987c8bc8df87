package io.dromedary.upstream;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import io.dromedary.attempt.RequestRun;
import io.dromedary.client.ApiError;
import io.dromedary.model.Catalogue;
import io.dromedary.model.Deployment;
import io.dromedary.model.Need;
import io.dromedary.model.Plan;

/**
 * Leaves out of a request's plan who cannot answer it: deployments that cannot do what it asks for, by what
 * {@code model_info} says or by what they have refused of late, and those whose window it surely does not fit into. A
 * group that has no room is followed by its {@code context_window_fallbacks}, as if an upstream had said so. What was
 * learned keeps nobody out who is the last to ask.
 */
public final class PlanFit {

    private final Catalogue catalogue;
    private final SpecialFallbacks fallbacks;
    private final LearnedRefusals learned;
    private final RequestRun run;
    private final Set<Need> needs;
    private final long tokens;

    /**
     * Why a deployment is left out.
     *
     * @param need   what it cannot do; null where the prompt does not fit
     * @param window its {@code max_input_tokens}
     */
    private record Misfit(Plan.Stage stage, Need need, long window) {

        String words() {
            return stage.model() + ": not asked, " + (need == null ? "its window has " + window + " tokens"
                    : "it cannot do " + need.words());
        }
    }

    /**
     * @param needs  what the request asks for
     * @param tokens how many tokens its prompt has at least; 0 where windows are not looked at
     */
    public PlanFit(Catalogue catalogue, SpecialFallbacks fallbacks, LearnedRefusals learned, RequestRun run,
            Set<Need> needs, long tokens) {
        this.catalogue = catalogue;
        this.fallbacks = fallbacks;
        this.learned = learned;
        this.run = run;
        this.needs = needs;
        this.tokens = tokens;
    }

    /**
     * Narrows the plan of the request, before its first attempt.
     *
     * @throws ApiError 400 if nobody is left
     */
    public void narrow() {
        List<Misfit> out = new ArrayList<>();
        boolean withLearned = true;
        List<Plan.Stage> left = left(run.plan().stages(), withLearned, out);
        if (left.isEmpty()) {
            // What was said of late is no reason to ask nobody: the upstream may be another one by now.
            withLearned = false;
            out.clear();
            left = left(run.plan().stages(), withLearned, out);
        }
        if (left.isEmpty()) {
            throw refusal(out);
        }
        boolean later = withLearned;
        run.narrow(left, stages -> left(stages, later, new ArrayList<>()),
                out.stream().map(Misfit::words).distinct().toList());
    }

    private List<Plan.Stage> left(List<Plan.Stage> stages, boolean withLearned, List<Misfit> out) {
        List<Plan.Stage> left = new ArrayList<>();
        Set<String> followed = new HashSet<>();
        for (Plan.Stage stage : stages) {
            boolean noRoom = keep(stage, withLearned, out, left);
            if (noRoom) {
                follow(stage, withLearned, out, left, followed);
                if (stage.fallback() == 0) {
                    break; // its context_window_fallbacks, or the client's own mistake
                }
            }
        }
        return left;
    }

    /** Adds the groups for a prompt that a group has no room for; a list of lists that lead in a circle ends. */
    private void follow(Plan.Stage full, boolean withLearned, List<Misfit> out, List<Plan.Stage> left,
            Set<String> followed) {
        if (followed.add(full.model())) {
            for (Plan.Stage stage : fallbacks.afterTooLong(run, full)) {
                if (keep(stage, withLearned, out, left)) {
                    follow(stage, withLearned, out, left, followed);
                }
            }
        }
    }

    /**
     * Adds the stage with those that can answer, if there are any.
     *
     * @return whether nobody is left, and the window of one was the reason
     */
    private boolean keep(Plan.Stage stage, boolean withLearned, List<Misfit> out, List<Plan.Stage> left) {
        if (!stage.overrides().isEmpty()) {
            left.add(stage); // it is sent another request than the one that was read
            return false;
        }
        List<Misfit> misfits = new ArrayList<>();
        List<Deployment> fitting = fitting(stage, stage.deployments(), withLearned, misfits);
        // A routing strategy may have left deployments out, all of them even, that are at their limits for this minute.
        List<Deployment> atLimit = catalogue.serving(stage.model()).stream()
                .filter(deployment -> !stage.deployments().contains(deployment)).toList();
        boolean someFitLater = !fitting(stage, atLimit, withLearned, misfits).isEmpty();
        out.addAll(misfits);
        if (!fitting.isEmpty() || someFitLater) {
            left.add(fitting.size() == stage.deployments().size() ? stage : stage.of(fitting));
            return false;
        }
        return misfits.stream().anyMatch(misfit -> misfit.need() == null);
    }

    private List<Deployment> fitting(Plan.Stage stage, List<Deployment> deployments, boolean withLearned,
            List<Misfit> misfits) {
        List<Deployment> fitting = new ArrayList<>();
        for (Deployment deployment : deployments) {
            misfit(stage, deployment, withLearned).ifPresentOrElse(misfits::add, () -> fitting.add(deployment));
        }
        return fitting;
    }

    private Optional<Misfit> misfit(Plan.Stage stage, Deployment deployment, boolean withLearned) {
        for (Need need : needs) {
            if (!deployment.can(need) || withLearned
                    && learned.refuses(deployment, deployment.upstreamModelFor(stage.model()), need)) {
                return Optional.of(new Misfit(stage, need, 0));
            }
        }
        long window = deployment.maxInputTokens();
        return window > 0 && tokens > window ? Optional.of(new Misfit(stage, null, window)) : Optional.empty();
    }

    /** In OpenAI's words where a prompt is too long, since clients look for them. */
    private ApiError refusal(List<Misfit> out) {
        long window = out.stream().filter(misfit -> misfit.need() == null).mapToLong(Misfit::window).max().orElse(0);
        if (window > 0) {
            return ApiError.badRequest("context_length_exceeded", "messages", "This model's maximum context length is "
                    + window + " tokens. However, your messages resulted in at least " + tokens
                    + " tokens. Please reduce the length of the messages.");
        }
        Set<Need> missing = EnumSet.noneOf(Need.class);
        out.forEach(misfit -> missing.add(misfit.need()));
        return ApiError.badRequest("model_incapable", missing.iterator().next().field(), "The model `"
                + run.plan().model() + "` cannot do what the request asks for: "
                + missing.stream().map(Need::words).collect(Collectors.joining(", "))
                + ". No deployment of it, or of a model that stands in for it, can");
    }
}
