package io.dromedary.model;

/**
 * What a client asks of a model: one of OpenAI's endpoints that the gateway relays, with the path it has under a
 * deployment's base URL and the body field without which the request makes no sense.
 */
public enum Operation {

    /** Chat completions, plain or streamed. */
    CHAT("chat", "/chat/completions", "messages"),
    /** Text completions, plain or streamed. */
    COMPLETION("completion", "/completions", "prompt"),
    /** Embeddings, always plain. */
    EMBEDDING("embedding", "/embeddings", "input");

    private final String label;
    private final String path;
    private final String requiredField;

    Operation(String label, String path, String requiredField) {
        this.label = label;
        this.path = path;
        this.requiredField = requiredField;
    }

    /** The name that the routes and {@code model_info.mode} use. */
    public String label() {
        return label;
    }

    /** The path under the deployment's base URL and, after {@code /v1}, on the gateway. */
    public String path() {
        return path;
    }

    /** The body field that such a request must have. */
    public String requiredField() {
        return requiredField;
    }

    /**
     * The operation of that name.
     *
     * @throws IllegalArgumentException if a route names one that does not exist
     */
    public static Operation of(String label) {
        for (Operation operation : values()) {
            if (operation.label.equals(label)) {
                return operation;
            }
        }
        throw new IllegalArgumentException("No operation is called '" + label + "': chat, completion or embedding");
    }
}
