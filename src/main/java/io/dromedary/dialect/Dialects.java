package io.dromedary.dialect;

import java.util.List;
import java.util.function.UnaryOperator;

import io.dromedary.client.AnswerForm;

/**
 * The dialects that clients may speak beside chat completions.
 *
 * @param all each has a name of its own
 */
public record Dialects(List<Dialect> all) {

    /**
     * The one of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Dialect named(String name) {
        return all.stream().filter(dialect -> dialect.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No dialect is called '" + name + "': write one of "
                + all.stream().map(Dialect::name).toList()));
    }

    /**
     * In which form a client is refused of whose request only the head is known.
     *
     * @param path   may be null
     * @param header gives a request header by its name, or null
     */
    public AnswerForm formOf(String path, UnaryOperator<String> header) {
        String known = path == null ? "" : path;
        for (Dialect dialect : all) {
            if (dialect.isSpokenAt(known, header)) {
                return dialect;
            }
        }
        return AnswerForm.OPENAI;
    }
}
