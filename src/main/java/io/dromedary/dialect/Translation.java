package io.dromedary.dialect;

import java.util.Collection;

/**
 * One request in chat's terms, and the way back of its answer. Attempts of the same request, hedges among them, may use
 * it at the same time.
 */
public interface Translation {

    /** What the client speaks. */
    Dialect dialect();

    /**
     * The request as a chat completion: JSON with {@code model}, {@code messages} and the rest. Fields that steer the
     * gateway ({@code fallbacks}, {@code metadata.tags} and the like) stand in it as the client sent them.
     */
    byte[] chat();

    /** The request as it came, for an upstream that speaks the dialect itself. */
    NativeRequest asSent();

    /** The client's fields that no upstream sees, and that it should know of. */
    Collection<String> dropped();

    /**
     * A whole answer for the client.
     *
     * @param chat a chat completion: an object with at least one choice
     * @throws io.dromedary.client.UpstreamFailed if the answer cannot be told in this dialect: another deployment is
     *                                            asked then
     */
    byte[] answer(byte[] chat, Telling telling);

    /** The translation of one attempt's stream. Its first bytes are made when its first chunk comes. */
    StreamTranslation stream(Telling telling);
}
