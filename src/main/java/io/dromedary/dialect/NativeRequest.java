package io.dromedary.dialect;

import java.util.Map;

import io.dromedary.json.JsonSlices;

/**
 * A request as its client sent it, for an upstream that speaks the dialect itself. Nothing is translated: only the
 * model's name changes, and what identifies a person or a machine stays here. Attempts of the same request may use it
 * at the same time.
 */
public interface NativeRequest {

    /** The path under the deployment's base URL, such as {@code /messages}. */
    String path();

    /** Headers that go upstream with it, beside the key. */
    Map<String, String> headers();

    /** The body for an upstream that knows the model by that name. */
    JsonSlices body(String model);

    /**
     * A whole answer for the client.
     *
     * @param body  the upstream's, a JSON object that is no error
     * @param model the model's name for the client
     * @throws io.dromedary.client.UpstreamFailed if it is no answer in this dialect
     */
    byte[] answer(byte[] body, String model);

    /** What must be known of one attempt's stream. */
    NativeStream stream(String model);
}
