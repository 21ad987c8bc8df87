package io.dromedary.attempt;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import io.dromedary.client.UpstreamFailed;
import io.dromedary.model.Deployment;
import io.dromedary.model.Plan;
import io.dromedary.model.RetryRules;

/**
 * Walks a plan: each deployment of a group once, then retries in that group, then the next group. A retry asks a
 * deployment that was asked before, so it waits; another deployment never does. Not safe for several threads.
 */
final class PlanWalk {

    private final RetryRules rules;
    private final OptionalInt asked;
    private final RetryPauses pauses;
    private final AttemptBudget budget;
    private final List<Plan.Stage> stages;
    private UnaryOperator<List<Plan.Stage>> narrowing = UnaryOperator.identity();
    private final Set<Deployment> tried = new HashSet<>();
    private final Map<Deployment, UpstreamFailed> failures = new HashMap<>();
    private UnaryOperator<List<Deployment>> first;
    private Predicate<Deployment> allowed;
    private boolean alone;
    private int stage;
    private int inStage;
    private int retries;
    private int retriesInStage;

    /**
     * The next attempt.
     *
     * @param hop    whom to ask
     * @param waitMs how long to wait before, in ms; 0 for at once
     */
    record Next(Plan.Hop hop, long waitMs) {
    }

    /** @param asked the client's own {@code num_retries} */
    PlanWalk(Plan plan, RetryRules rules, OptionalInt asked, RetryPauses pauses, AttemptBudget budget) {
        this.rules = rules;
        this.asked = asked;
        this.pauses = pauses;
        this.budget = budget;
        this.stages = new ArrayList<>(plan.stages());
        this.alone = size(stages) == 1;
    }

    private static int size(List<Plan.Stage> stages) {
        int size = 0;
        for (Plan.Stage stage : stages) {
            size += stage.deployments().size();
        }
        return size;
    }

    /** Notes how the last attempt failed. */
    void failed(Deployment deployment, UpstreamFailed reason) {
        failures.put(deployment, reason);
    }

    /** From now on, these groups stand in, in place of those that are still left. */
    void goOnWith(List<Plan.Stage> others) {
        while (stages.size() > stage + 1) {
            stages.remove(stages.size() - 1);
        }
        stages.addAll(allowed(narrowing.apply(others)));
        inStage = Integer.MAX_VALUE;
        retriesInStage = Integer.MAX_VALUE;
    }

    /**
     * Leaves deployments out, before the first attempt.
     *
     * @param left  what is left of the plan
     * @param later leaves out of what stands in later
     */
    void narrow(List<Plan.Stage> left, UnaryOperator<List<Plan.Stage>> later) {
        stages.clear();
        stages.addAll(allowed(left));
        alone = size(left) == 1;
        narrowing = later;
    }

    /** Asks none but these, whatever stands in later. */
    void only(Predicate<Deployment> which) {
        allowed = which;
        List<Plan.Stage> left = allowed(List.copyOf(stages));
        stages.clear();
        stages.addAll(left);
        alone = size(left) == 1;
    }

    private List<Plan.Stage> allowed(List<Plan.Stage> all) {
        return allowed == null ? all : all.stream()
                .map(each -> each.of(each.deployments().stream().filter(allowed).toList()))
                .filter(each -> !each.deployments().isEmpty()).toList();
    }

    /**
     * Arranges the group that the client asked for when its first deployment is about to be asked, and not before:
     * whoever is left out of the plan until then is not among them.
     */
    void arrangeFirst(UnaryOperator<List<Deployment>> arranging) {
        first = arranging;
    }

    private void arrangeFirst() {
        if (!stages.isEmpty() && stages.get(0).fallback() == 0) {
            stages.set(0, stages.get(0).of(first.apply(stages.get(0).deployments())));
        }
        first = null;
    }

    /** How many retries there were. */
    int retries() {
        return retries;
    }

    /** Whether it still leads to a deployment that was not asked. */
    boolean hasOther() {
        for (int later = stage; later < stages.size(); later++) {
            List<Deployment> deployments = stages.get(later).deployments();
            for (Deployment deployment : deployments.subList(later == stage ? Math.min(inStage, deployments.size()) : 0,
                    deployments.size())) {
                if (!tried.contains(deployment)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The next attempt, or empty if the plan is at its end. */
    Optional<Next> next() {
        if (first != null) {
            arrangeFirst();
        }
        while (stage < stages.size()) {
            Plan.Stage current = stages.get(stage);
            while (inStage < current.deployments().size()) {
                Deployment deployment = current.deployments().get(inStage++);
                if (tried.add(deployment)) {
                    return Optional.of(new Next(new Plan.Hop(deployment, current, false), 0));
                }
            }
            Optional<Next> retry = retry(current);
            if (retry.isPresent()) {
                return retry;
            }
            stage++;
            inStage = 0;
            retriesInStage = 0;
        }
        return Optional.empty();
    }

    private Optional<Next> retry(Plan.Stage current) {
        List<Deployment> candidates = current.deployments().stream()
                .filter(deployment -> failures.containsKey(deployment) && failures.get(deployment).retryable())
                .toList();
        if (candidates.isEmpty()) {
            return Optional.empty();
        }
        Deployment deployment = candidates.get(Math.floorMod(retriesInStage, candidates.size()));
        UpstreamFailed reason = failures.get(deployment);
        int allowed = asked.orElseGet(
                () -> rules.after(reason.kind().liteLlmName(), current.model(), deployment, alone));
        if (retriesInStage >= allowed) {
            return Optional.empty();
        }
        OptionalLong waitMs = pauses.before(retriesInStage / candidates.size(), reason.retryAfterSeconds());
        if (waitMs.isEmpty() || !budget.take()) {
            return Optional.empty();
        }
        retries++;
        retriesInStage++;
        return Optional.of(new Next(new Plan.Hop(deployment, current, true), waitMs.getAsLong()));
    }
}
