package io.dromedary.dialect;

import java.io.ByteArrayOutputStream;

import io.dromedary.client.ApiError;

/**
 * Turns the chunks of one stream of a chat completion into the events of a dialect. Does not read or write by itself,
 * and ends once: by {@link #end} or by {@link #fail}. Used by one thread at a time.
 */
public interface StreamTranslation {

    /**
     * The next chunk.
     *
     * @param chunk a JSON object, or the word null
     * @param out   takes whole events
     * @throws io.dromedary.client.UpstreamFailed if the stream cannot be told in this dialect
     * @throws ApiError                           503 if there is no memory for what must be held
     */
    void chunk(byte[] chunk, ByteArrayOutputStream out);

    /** The stream is whole: writes what ends it. */
    void end(ByteArrayOutputStream out);

    /** The stream broke off after its first content: writes the one event that says so, and nothing that ends well. */
    void fail(ApiError error, ByteArrayOutputStream out);

    /** Writes a sign of life between two events, after the first content. */
    void keepAlive(ByteArrayOutputStream out);
}
