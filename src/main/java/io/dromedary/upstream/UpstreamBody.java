package io.dromedary.upstream;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.function.LongConsumer;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.ParameterChange;
import io.dromedary.attempt.RequestRun;
import io.dromedary.client.RouteStepError;
import io.dromedary.json.Json;
import io.dromedary.json.JsonSlices;
import io.dromedary.json.NestedPaths;
import io.dromedary.json.ObjectEdit;
import io.dromedary.json.ObjectFields;
import io.dromedary.model.Deployment;
import io.dromedary.request.RequestFields;
import io.dromedary.request.RequestReader;

/**
 * Makes the body for one deployment of the client's: byte for byte, but for the model's name, the deployment's default
 * parameters, what the configuration drops and what steers the gateway. Nothing else is added, nothing else is taken
 * out.
 */
public final class UpstreamBody {

    /** The model's name, what a stream is to tell, and a few parameters that the upstream has refused. */
    private static final int OWN_EDITS = 8;

    private UpstreamBody() {
    }

    /** What is copied for short fields; and where paths lead into fields, those fields, as they are and become. */
    private static long takes(byte[] body, RequestRun run, Deployment deployment) {
        Collection<String> dropped = run.fields().steering().dropped();
        boolean nested = anyNested(dropped) || anyNested(deployment.alwaysDropped());
        int edits = OWN_EDITS + run.fields().removed().size() + dropped.size() + deployment.alwaysDropped().size()
                + deployment.defaultParameters().size() + deployment.extraBody().size();
        return JsonSlices.copied(body.length, edits) + (nested ? 2L * body.length : 0);
    }

    private static boolean anyNested(Collection<String> paths) {
        return !paths.isEmpty() && paths.stream().anyMatch(NestedPaths::isNested);
    }

    /**
     * @param body the message body, which a step of a route author's may have changed since it was read
     * @param usage who is to see what a stream tells of its usage
     * @param takes is told how much memory is about to be taken, in bytes; it may throw
     * @throws RouteStepError if that is no JSON object any more
     */
    public static JsonSlices make(byte[] body, RequestRun run, Attempt attempt, LearnedDrops learned,
            StreamUsage.Wish usage, LongConsumer takes) {
        RequestFields request = run.fields();
        ObjectFields fields = body == request.body() ? request.fields() : RequestReader.fieldsAfterStep(body);
        Deployment deployment = attempt.deployment();
        takes.accept(takes(body, run, deployment));
        ObjectEdit edit = new ObjectEdit(body, fields);
        deployment.defaultParameters().forEach((name, json) -> edit.setIfAbsent(name, utf8(json)));
        deployment.extraBody().forEach((name, json) -> edit.set(name, utf8(json)));
        request.removed().forEach(edit::remove);
        if (usage != StreamUsage.Wish.NONE && attempt.stream()) {
            takes.accept(StreamUsage.takes(fields));
            StreamUsage.ask(edit);
            if (usage == StreamUsage.Wish.HIDDEN && !StreamUsage.isSaid(body, fields, deployment)) {
                attempt.hideUsage();
            }
        }
        for (String name : request.steering().dropped()) {
            drop(edit, fields, run, name);
        }
        for (String name : deployment.alwaysDropped()) {
            drop(edit, fields, run, name);
        }
        dropNested(edit, run, request.steering().dropped());
        dropNested(edit, run, deployment.alwaysDropped());
        for (ParameterChange change : learned.of(attempt)) {
            change(edit, body, fields, deployment, change, takes);
            if (change.drops() && (fields.find(change.name()).isPresent() || deployment.defaultParameters()
                    .containsKey(change.name())
                    || deployment.extraBody().containsKey(change.name()))) {
                run.dropped(change.name());
            }
        }
        attempt.leftOut().forEach(change -> change(edit, body, fields, deployment, change, takes));
        edit.set("model", Json.literal(attempt.hop().upstreamModel()));
        return edit.slices();
    }

    /**
     * Leaves a field out, or sends its value under the other name; one that is there under both stays under the other.
     */
    private static void change(ObjectEdit edit, byte[] body, ObjectFields fields, Deployment deployment,
            ParameterChange change, LongConsumer takes) {
        edit.remove(change.name());
        if (change.drops()) {
            return;
        }
        takes.accept(fields.find(change.name()).map(ObjectFields.Field::length).orElse(0));
        String configured = deployment.extraBody()
                .getOrDefault(change.name(), deployment.defaultParameters().get(change.name()));
        byte[] value = fields.find(change.name()).map(field -> Arrays.copyOfRange(body, field.value(), field.end()))
                .orElse(configured == null ? null : utf8(configured));
        if (value != null) {
            edit.setIfAbsent(change.renamedTo(), value);
        }
    }

    private static void drop(ObjectEdit edit, ObjectFields fields, RequestRun run, String name) {
        edit.remove(name);
        if (fields.find(name).isPresent()) {
            run.dropped(name);
        }
    }

    private static void dropNested(ObjectEdit edit, RequestRun run, Collection<String> names) {
        if (!names.isEmpty()) {
            NestedPaths paths = NestedPaths.of(names);
            paths.fields().forEach(
                    field -> edit.change(field, value -> paths.takeOut(field, value, run::dropped)));
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
