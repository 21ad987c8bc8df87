package io.dromedary.relay;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.AttemptBudget;
import io.dromedary.attempt.RequestEvents;
import io.dromedary.attempt.RequestRun;
import io.dromedary.attempt.Retry;
import io.dromedary.attempt.RetryPauses;
import io.dromedary.attempt.Timeouts;
import io.dromedary.client.Arrival;
import io.dromedary.client.ClientCall;
import io.dromedary.client.Ending;
import io.dromedary.dialect.DialectRequest;
import io.dromedary.dialect.Translation;
import io.dromedary.dialect.messages.MessagesDialect;
import io.dromedary.form.Form;
import io.dromedary.json.Json;
import io.dromedary.json.JsonSlices;
import io.dromedary.json.ObjectEdit;
import io.dromedary.json.ObjectFields;
import io.dromedary.model.Deployment;
import io.dromedary.model.Endpoint;
import io.dromedary.model.Plan;
import io.dromedary.model.Prices;
import io.dromedary.model.RetryRules;
import io.dromedary.model.UpstreamForm;
import io.dromedary.request.PromptTexts;
import io.dromedary.request.RequestFields;
import io.dromedary.request.RequestReader;
import io.dromedary.settings.Settings;
import io.dromedary.time.ClockTimer;
import io.dromedary.upstream.ErrorClassifier;
import io.dromedary.upstream.LearnedDrops;
import io.dromedary.upstream.PlainAnswer;
import io.dromedary.upstream.StreamUsage;
import io.dromedary.upstream.UnsupportedParameter;
import io.dromedary.upstream.UpstreamBody;
import io.dromedary.upstream.UpstreamError;

/** What the gateway does with bytes that come from outside, one thing each, as the steps of the routes do it. */
public final class CostSubjects implements AutoCloseable {

    private static final int BLOCK = 16 * 1024;
    private static final Deployment DEPLOYMENT = new Deployment("id", "id", "m", "openai", "up", "openai/up",
            "http://x", UpstreamForm.OPENAI, null, OptionalLong.empty(), OptionalLong.empty(), Map.of(),
            Map.of("temperature", "1"), Map.of("extra", "1"), List.of(), true,
            List.of("dropped", "messages[*].content[*].index", "x[0].a"), new Deployment.Share(1, 0, 0),
            0, OptionalInt.empty(), OptionalLong.empty(), 0, OptionalLong.empty(), Prices.NONE, Map.of(), "file:1");
    private static final Plan PLAN =
            new Plan("m", List.of(new Plan.Stage("m", 0, List.of(DEPLOYMENT), Map.of())));

    private final Settings settings = Settings.fromFile(Path.of("application.properties"), Map.of());
    private final ClockTimer timer = new ClockTimer();
    private final ErrorClassifier errors = new ErrorClassifier(false);
    private final RequestFields small = RequestReader.read(
            "{\"model\":\"m\",\"messages\":[{}]}".getBytes(StandardCharsets.UTF_8), Endpoint.CHAT, 10, name -> null,
            bytes -> { });

    /** What is done with a request's body. A bound on its fields would hide what they cost. */
    public Map<String, Consumer<byte[]>> ofRequests() {
        return Map.of("request", body -> upstream(body, Integer.MAX_VALUE), "bounded request",
                body -> upstream(body, settings.count("gateway.request.max-fields")),
                "prompt texts", this::texts);
    }

    /** What is done with a form, whose boundary is {@code x}: it is read, and written with another model. */
    public Map<String, Consumer<byte[]>> ofForms() {
        return Map.of("form", CostSubjects::form);
    }

    private static void form(byte[] body) {
        Form form = Form.read(body, "multipart/form-data; boundary=x", Integer.MAX_VALUE);
        try {
            ObjectEdit edit = new ObjectEdit(form.json(), ObjectFields.pick(form.json(), "model"));
            edit.set("model", Json.literal("up"));
            form.with(edit.apply());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is done with the body of a request of the Messages API. */
    public Map<String, Consumer<byte[]>> ofMessages() {
        return Map.of("messages", body -> {
            Translation translation = new MessagesDialect(true).translate(
                    new DialectRequest(body, "o", "id", name -> null, 1000, bytes -> { }));
            translation.asSent().body("up");
        });
    }

    /** What is done with a plain answer's body. */
    public Map<String, Consumer<byte[]>> ofAnswers() {
        Map<String, Consumer<byte[]>> subjects = new LinkedHashMap<>();
        subjects.put("answer", this::answer);
        subjects.put("error", this::error);
        subjects.put("answer to a stream's request", ChunksOfAnswer::of);
        return subjects;
    }

    /** What is done with the bytes of a stream. */
    public Map<String, Consumer<byte[]>> ofStreams() {
        Map<String, Consumer<byte[]>> subjects = new LinkedHashMap<>();
        subjects.put("stream", this::stream);
        subjects.put("stream to a plain request", AnswerOfChunks::of);
        return subjects;
    }

    private void upstream(byte[] body, int mostFields) {
        RequestFields fields = RequestReader.read(body, Endpoint.CHAT, mostFields, name -> null, bytes -> { });
        RequestRun run = run(fields);
        try (Attempt attempt = attempt(run)) {
            UpstreamBody.make(fields.body(), run, attempt, new LearnedDrops(), StreamUsage.Wish.SHOWN,
                    bytes -> { });
        }
    }

    private void texts(byte[] body) {
        try {
            PromptTexts.change(body, text -> text + "!");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void answer(byte[] body) {
        RequestRun run = run(small);
        try (Attempt attempt = attempt(run)) {
            PlainAnswer.check(body, 200, "application/json", run, attempt, errors);
        }
    }

    private void error(byte[] body) {
        RequestRun run = run(small);
        try (Attempt attempt = attempt(run)) {
            attempt.sends(JsonSlices.of(small.body()), bytes -> true);
            UpstreamError error = UpstreamError.read(body);
            UnsupportedParameter.find(body, error, small.fields().all().stream().map(ObjectFields.Field::name)
                    .toList());
            throw errors.classify(400, error, attempt, OptionalLong.empty());
        }
    }

    private void stream(byte[] stream) {
        RequestRun run = run(small);
        try (Attempt attempt = attempt(run)) {
            StreamRelay relay =
                    new ChatStreamRelay(run, attempt, settings.count("gateway.stream.hold-bytes"), null, errors);
            EventParser parser = new EventParser(relay, settings.count("gateway.stream.max-event-bytes"));
            byte[] block = new byte[BLOCK];
            for (int from = 0; from < stream.length && !relay.over(); from += BLOCK) {
                int length = Math.min(BLOCK, stream.length - from);
                System.arraycopy(stream, from, block, 0, length);
                parser.feed(block, length);
                relay.takeProgress();
                relay.take();
            }
            parser.end();
            relay.end();
        }
    }

    private RequestRun run(RequestFields fields) {
        return new RequestRun(new ClientCall(request(), Arrival.now(), 1000), Endpoint.CHAT, fields, null, PLAN,
                new Retry(RetryRules.NONE, new RetryPauses(1, 1), new AttemptBudget(0)), new RequestEvents(List.of()));
    }

    private Attempt attempt(RequestRun run) {
        return new Attempt(new Plan.Hop(DEPLOYMENT, PLAN.stages().get(0), false), run.call(),
                new Timeouts(timer, settings, OptionalLong.empty(), OptionalLong.empty()), run.fields(), Endpoint.CHAT,
                run.events());
    }

    /** One that is nobody's: nothing is answered. */
    private static HttpServerRequest request() {
        return nothing(HttpServerRequest.class, Map.of("response", nothing(HttpServerResponse.class, Map.of())));
    }

    /** One that does nothing, and gives these by the names of its methods. */
    private static <T> T nothing(Class<T> type, Map<String, Object> given) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type},
                (proxy, method, arguments) -> method.getReturnType() == boolean.class ? Boolean.FALSE
                : given.get(method.getName())));
    }

    /** Does it, be it refused or not: whoever sends it does not care. */
    public static void run(Consumer<byte[]> subject, byte[] bytes) {
        try {
            subject.accept(bytes);
        } catch (Ending refused) {
            // what nobody takes costs no more
        }
    }

    @Override
    public void close() {
        timer.close();
    }
}
