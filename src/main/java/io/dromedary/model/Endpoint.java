package io.dromedary.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a client asks of a model: one of the paths that the gateway relays. Made of the parameters of the route template
 * {@code endpoint}, so that another one is an item of YAML.
 *
 * @param name         the name that routes know it by, such as {@code chat}
 * @param upstreamPath the path under a deployment's base URL, with a slash at its beginning
 * @param answer       of which kind a good answer is
 * @param required     the fields of the body without which such a request makes no sense
 * @param place        where in the upstream the path is, and by which method it is asked
 */
public record Endpoint(String name, String upstreamPath, Answer answer, List<String> required, Place place) {

    /**
     * Where an upstream has such a path.
     *
     * @param underRoot whether it stands beside {@code /v1} and not under it, as llama-server's own paths do
     * @param read      whether it is asked by GET, with the model in the query; else by POST
     */
    public record Place(boolean underRoot, boolean read) {

        /** Under the base URL, asked by POST. */
        public static final Place API = new Place(false, false);
    }

    /** The kinds of answers. */
    public enum Answer {
        /** A chat completion or its stream: an object with {@code choices}. */
        CHAT,
        /** A text completion or its stream: an object with {@code choices}, or llama-server's list of them. */
        COMPLETION,
        /** Embeddings: an object with {@code data}. */
        EMBEDDING,
        /** Any JSON object or array that is no error. */
        JSON,
        /** Any bytes of any type, such as audio. */
        OPAQUE;

        /** Whether such an answer may come as a stream of events. */
        public boolean streams() {
            return this == CHAT || this == COMPLETION;
        }

        /** Whether each deployment is there for such requests, and one without a model has a default. */
        public boolean hasDefaultModel() {
            return this != JSON && this != OPAQUE;
        }
    }

    /** Chat completions, plain or streamed. */
    public static final Endpoint CHAT =
            new Endpoint("chat", "/chat/completions", Answer.CHAT, List.of("messages"), Place.API);
    /** Text completions, plain or streamed. */
    public static final Endpoint COMPLETION =
            new Endpoint("completion", "/completions", Answer.COMPLETION, List.of("prompt"), Place.API);
    /** Embeddings, always plain. */
    public static final Endpoint EMBEDDING =
            new Endpoint("embedding", "/embeddings", Answer.EMBEDDING, List.of("input"), Place.API);

    private static final List<Endpoint> BUILT_IN = List.of(CHAT, COMPLETION, EMBEDDING);

    /** Those whose paths end a path that names the model, the longest first: {@code /chat/completions} ends in both. */
    public static List<Endpoint> ofModelPaths() {
        return BUILT_IN;
    }

    /**
     * The built-in one of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Endpoint named(String name) {
        return builtIn(name).orElseThrow(() -> new IllegalArgumentException("No endpoint is called '" + name
                + "': write chat, completion or embedding, or give the template its parameters upstream and answer"));
    }

    private static Optional<Endpoint> builtIn(String name) {
        return BUILT_IN.stream().filter(endpoint -> endpoint.name().equals(name)).findFirst();
    }

    /**
     * The one that the parameters of a route made from the template {@code endpoint} say: {@code operation} is its
     * name; {@code upstream}, {@code answer} and {@code requires} may be blank for a built-in one. {@code under} and
     * {@code method} may be missing.
     *
     * @throws IllegalArgumentException if a parameter is missing or wrong, with what to write
     */
    public static Endpoint of(Map<String, Object> parameters) {
        String name = text(parameters, "operation");
        String upstream = text(parameters, "upstream");
        String answer = text(parameters, "answer");
        List<String> required = list(text(parameters, "requires"));
        if (upstream.isEmpty() && answer.isEmpty()) {
            return named(name).with(required);
        }
        if (!upstream.startsWith("/")) {
            throw new IllegalArgumentException("The endpoint '" + name + "' has the parameter upstream '" + upstream
                    + "': write the path under the deployments' base URL, such as /rerank");
        }
        boolean underRoot = oneOf(parameters, "under", "base", "root").equals("root");
        boolean read = oneOf(parameters, "method", "POST", "GET").equals("GET");
        return new Endpoint(name, upstream, kind(name, answer), required, new Place(underRoot, read));
    }

    /** One of two words; the first where nothing is written. */
    private static String oneOf(Map<String, Object> parameters, String parameter, String usual, String other) {
        String written = text(parameters, parameter);
        if (!written.isEmpty() && !written.equals(usual) && !written.equals(other)) {
            throw new IllegalArgumentException("The endpoint '" + text(parameters, "operation")
                    + "' has the parameter " + parameter + " '" + written + "': write " + usual + " or " + other);
        }
        return written.isEmpty() ? usual : written;
    }

    /** The same, which needs these fields of the body too. */
    private Endpoint with(List<String> more) {
        if (more.isEmpty()) {
            return this;
        }
        List<String> all = new ArrayList<>(required);
        more.stream().filter(field -> !all.contains(field)).forEach(all::add);
        return new Endpoint(name, upstreamPath, answer, List.copyOf(all), place);
    }

    private static Answer kind(String name, String answer) {
        for (Answer kind : Answer.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(answer)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("The endpoint '" + name + "' has the parameter answer '" + answer
                + "': write chat, completion, embedding, json or opaque");
    }

    private static List<String> list(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split("\\s*,\\s*"));
    }

    private static String text(Map<String, Object> parameters, String name) {
        Object value = parameters.get(name);
        return value == null ? "" : value.toString().trim();
    }
}
