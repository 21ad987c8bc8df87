package io.dromedary.upstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import io.dromedary.json.ObjectEdit;
import io.dromedary.json.ObjectFields;

/**
 * Asks an upstream to tell at a stream's end how many tokens it took ({@code stream_options.include_usage}), unless the
 * client has said whether it wants to know: {@code general_settings.always_include_stream_usage}.
 */
final class StreamUsage {

    private static final String FIELD = "include_usage";
    private static final String OPTIONS = "stream_options";
    private static final byte[] ASKED = "{\"include_usage\":true}".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);

    private StreamUsage() {
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
