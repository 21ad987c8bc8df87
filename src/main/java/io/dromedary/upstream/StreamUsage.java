package io.dromedary.upstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.json.ObjectEdit;
import io.dromedary.json.ObjectFields;
import io.dromedary.model.Deployment;

/**
 * Asks an upstream to tell at a stream's end how many tokens it took ({@code stream_options.include_usage}), unless the
 * client or the configuration has said whether it shall.
 */
public final class StreamUsage {

    /** Who is to see what it tells. */
    public enum Wish {
        /** Nobody: it is not asked. */
        NONE,
        /** The gateway alone ({@code gateway.usage.ask-streams}). */
        HIDDEN,
        /** The client too ({@code general_settings.always_include_stream_usage}). */
        SHOWN
    }

    private static final String FIELD = "include_usage";
    private static final String OPTIONS = "stream_options";
    private static final byte[] ASKED = "{\"include_usage\":true}".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);

    private StreamUsage() {
    }

    /**
     * Whether its usage has been asked for already, or refused.
     *
     * @param body   the client's
     * @param fields of it
     */
    static boolean isSaid(byte[] body, ObjectFields fields, Deployment deployment) {
        if (deployment.defaultParameters().containsKey(OPTIONS) || deployment.extraBody().containsKey(OPTIONS)) {
            return true;
        }
        ObjectFields.Field options = fields.find(OPTIONS).orElse(null);
        if (options == null || options.kind() != JsonToken.START_OBJECT) {
            return options != null && options.kind() != JsonToken.VALUE_NULL;
        }
        try {
            return ObjectFields.pick(Arrays.copyOfRange(body, options.value(), options.end()), FIELD).find(FIELD)
                    .isPresent();
        } catch (IOException e) {
            return true; // the upstream's to judge
        }
    }

    /** How many bytes {@link #ask} takes: what the client has said there, as it is and with the wish in it. */
    static long takes(ObjectFields fields) {
        return fields.find(OPTIONS).map(options -> 2L * options.length()).orElse(0L);
    }

    static void ask(ObjectEdit edit) {
        edit.setIfAbsent(OPTIONS, ASKED);
        edit.change(OPTIONS, StreamUsage::asking);
    }

    private static byte[] asking(byte[] options) {
        if (options[0] == 'n') {
            return ASKED; // null
        }
        if (options[0] != '{') {
            return options; // the upstream's to refuse
        }
        try {
            ObjectEdit edit = new ObjectEdit(options, ObjectFields.pick(options, FIELD));
            edit.setIfAbsent(FIELD, TRUE);
            return edit.apply();
        } catch (IOException e) {
            return options; // a field stands twice in it: the upstream's to judge
        }
    }
}
