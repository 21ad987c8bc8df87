package io.dromedary.request;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.json.ObjectFields;

/**
 * The id of the session that a request belongs to, as clients tell it: in a header of their own, in OpenAI's
 * {@code prompt_cache_key}, or in {@code metadata}. It is the client's word, and no more than a hint. What is longer
 * than 255 characters or holds a control character is passed over.
 */
public final class SessionId {

    /** LiteLLM's, the general one, Codex' two, Claude Code's. */
    private static final List<String> HEADERS =
            List.of("x-litellm-session-id", "x-session-id", "session-id", "thread-id", "x-claude-code-session-id");
    private static final String CACHE_KEY = "prompt_cache_key";
    private static final String OF_LITELLM = "litellm_session_id";
    private static final String METADATA = "metadata";
    private static final String IN_METADATA = "session_id";
    private static final String USER_ID = "user_id";
    /** Before the session, in the user id of Claude Code's Messages requests. */
    private static final String MARK = "_session_";
    private static final int LONGEST = 255;
    /** In quotes, each character an escape. */
    private static final int LONGEST_WRITTEN = 6 * LONGEST + 2;

    private SessionId() {
    }

    /** The one that a header tells. */
    public static Optional<String> in(UnaryOperator<String> header) {
        for (String name : HEADERS) {
            String value = header.apply(name);
            if (isUsable(value)) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    /** The one that a body tells, of a chat or in another dialect; empty where it is no JSON object. */
    public static Optional<String> in(byte[] body) {
        try {
            return in(body, ObjectFields.pick(body, CACHE_KEY, OF_LITELLM, METADATA));
        } catch (IOException e) {
            return Optional.empty(); // whoever reads the request says so
        }
    }

    /** The same of a body of which these fields are known. */
    public static Optional<String> in(byte[] body, ObjectFields fields) {
        return text(fields, CACHE_KEY).or(() -> text(fields, OF_LITELLM)).or(() -> inMetadata(body, fields));
    }

    private static Optional<String> inMetadata(byte[] body, ObjectFields fields) {
        ObjectFields.Field metadata = fields.find(METADATA).orElse(null);
        if (metadata == null || metadata.kind() != JsonToken.START_OBJECT) {
            return Optional.empty();
        }
        try {
            ObjectFields inside = ObjectFields.pickOfAnswer(body, metadata.value(), metadata.end(), IN_METADATA,
                    OF_LITELLM, USER_ID);
            return text(inside, IN_METADATA).or(() -> text(inside, OF_LITELLM))
                    .or(() -> text(inside, USER_ID).flatMap(SessionId::inUserId));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Claude Code puts its session behind a mark in the user id, or the user id is an object with a field for it. A
     * user by itself is no session.
     */
    private static Optional<String> inUserId(String user) {
        int mark = user.lastIndexOf(MARK);
        if (mark >= 0) {
            return Optional.of(user.substring(mark + MARK.length())).filter(SessionId::isUsable);
        }
        if (!user.startsWith("{")) {
            return Optional.empty();
        }
        try {
            return text(ObjectFields.pick(user.getBytes(StandardCharsets.UTF_8), IN_METADATA), IN_METADATA);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> text(ObjectFields fields, String name) {
        return fields.find(name)
                .filter(field -> field.kind() == JsonToken.VALUE_STRING && field.length() <= LONGEST_WRITTEN)
                .flatMap(fields::text).filter(SessionId::isUsable);
    }

    private static boolean isUsable(String id) {
        return id != null && !id.isBlank() && id.length() <= LONGEST && id.chars().noneMatch(Character::isISOControl);
    }
}
