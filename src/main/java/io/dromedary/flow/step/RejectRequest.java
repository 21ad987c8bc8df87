package io.dromedary.flow.step;

import io.dromedary.client.ApiError;

/**
 * The bean {@code refuse}: ends a request with an error of a route author's own, in OpenAI's envelope, as in
 * {@code bean: {ref: refuse, method: "with(400, 'app_missing', 'Send the header X-App')"}}.
 */
public final class RejectRequest {

    /**
     * Ends the request.
     *
     * @param status  400 to 599
     * @param code    OpenAI's {@code code}, for programs
     * @param message for people; the client reads it
     * @throws ApiError always
     */
    public void with(int status, String code, String message) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("refuse.with has the status " + status + ": write one from 400 to 599");
        }
        throw ApiError.of(status, ApiError.typeOf(status), code, null, message);
    }
}
