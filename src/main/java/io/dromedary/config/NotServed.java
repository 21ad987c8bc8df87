package io.dromedary.config;

import io.dromedary.findings.Finding;
import io.dromedary.findings.Findings;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;

/**
 * An entry of {@code model_list} cannot be served, though the rest of the file may be. Whether that stops the start is
 * {@code gateway.unserved}'s to say.
 */
final class NotServed extends Exception {

    private static final long serialVersionUID = 1;

    private final transient Finding why;

    NotServed(Rule rule, Place place, String key, String problem, String mend) {
        super(problem);
        this.why = new Finding(rule, place, key, problem, mend, true);
    }

    /** Why, as a fault that stops the start. */
    Finding why() {
        return why;
    }

    /** Why, in words for a client: without file, line and mend. */
    String reason() {
        String key = why.key().substring(why.key().lastIndexOf('.') + 1);
        return (why.rule() == Rule.UPSTREAM_ADDRESS ? "" : key + " ") + why.problem();
    }

    /** Adds it to {@code faults}; as a fault that stops the start, or as a warning that says that it does not. */
    void tell(Findings faults, boolean stops, String also) {
        if (stops) {
            faults.stop(why.rule(), why.place(), why.key(), why.problem() + also, why.mend());
        } else {
            faults.warn(Rule.MODEL_SERVED, why.place(), why.key(), why.problem() + also + ", so it is not served",
                    why.mend());
        }
    }
}
