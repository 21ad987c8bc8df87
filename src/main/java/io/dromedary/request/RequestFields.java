package io.dromedary.request;

import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.dromedary.json.ObjectFields;
import io.dromedary.model.Need;

/**
 * What the gateway needs to know of a request's body; the rest of it is relayed unread.
 *
 * @param body        the bytes it was read from, with {@code extra_body} unpacked
 * @param fields      where its top-level fields stand in them
 * @param model       the model that the client named
 * @param stream      whether it wants a stream
 * @param choices     how many choices it wants ({@code n}), 1 to 128
 * @param removed     the fields that steer the gateway and never go upstream
 * @param toldRemoved those of them that the client is told of
 * @param steering    what the client asked of the gateway itself
 * @param needs       what it asks for that not every model can do
 */
public record RequestFields(
        byte[] body,
        ObjectFields fields,
        Optional<String> model,
        boolean stream,
        int choices,
        List<String> removed,
        List<String> toldRemoved,
        RequestSteering steering,
        Set<Need> needs) {
}
