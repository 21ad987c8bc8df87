package io.dromedary.observe.accesslog;

import java.nio.charset.StandardCharsets;

/** The name of a field as it stands in JSON: in quotes, with the colon. */
interface LogLabel {

    /** Its bytes, which are not to be changed. */
    byte[] label();

    /** The label of a field of that name, of letters and underscores. */
    static byte[] of(String name) {
        return ('"' + name + "\":").getBytes(StandardCharsets.US_ASCII);
    }
}
