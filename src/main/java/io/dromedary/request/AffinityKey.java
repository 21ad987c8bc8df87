package io.dromedary.request;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.json.JsonWalk;
import io.dromedary.json.ObjectFields;
import io.dromedary.key.Sha256;
import io.dromedary.model.AffinityRules.By;

/**
 * What requests that belong together have in common, as a number. It is a part of a SHA-256 over the alias of the
 * request's key and what the client sent, so that nobody can steer a request to where another key's session is. The
 * same on every gateway.
 *
 * @param by   what it was made of
 * @param hash the number
 */
public record AffinityKey(By by, long hash) {

    /** So many bytes of each part of a prompt count: what begins alike for so long has its cache in common. */
    private static final int MOST_OF_A_PART = 64 * 1024;
    private static final byte[] END = {0};

    /** The one of a session. */
    public static AffinityKey ofSession(String alias, String session) {
        MessageDigest digest = begun(By.SESSION, alias);
        digest.update(session.getBytes(StandardCharsets.UTF_8));
        return finished(By.SESSION, digest);
    }

    /** The one of all requests with that key. */
    public static AffinityKey ofKey(String alias) {
        return finished(By.KEY, begun(By.KEY, alias));
    }

    /**
     * The one of how a chat begins: model, system and developer messages before the first one of the user, tools, and
     * that message. Later turns of the same conversation have the same. Linear in the bytes up to there; marks of what
     * is to be cached move from turn to turn and do not count.
     *
     * @param model that is asked for
     * @return empty where there is no message of a user
     */
    public static Optional<AffinityKey> ofPrefix(String alias, String model, byte[] body) {
        try {
            return ofPrefix(alias, model, body, ObjectFields.pick(body, "messages", "tools"));
        } catch (IOException e) {
            return Optional.empty(); // left so by a step; whoever sends it says so
        }
    }

    /**
     * As {@link #ofPrefix(String, String, byte[])}, of a body that has been looked through already.
     *
     * @param fields those of {@code body}
     */
    public static Optional<AffinityKey> ofPrefix(String alias, String model, byte[] body, ObjectFields fields) {
        try {
            ObjectFields.Field messages = fields.find("messages").orElse(null);
            if (messages == null || messages.kind() != JsonToken.START_ARRAY) {
                return Optional.empty();
            }
            MessageDigest digest = begun(By.PREFIX, alias);
            digest.update(model.getBytes(StandardCharsets.UTF_8));
            digest.update(END);
            ObjectFields.Field tools = fields.find("tools").orElse(null);
            if (tools != null) {
                JsonWalk walk = JsonWalk.overPart(body, tools.value(), tools.end());
                walk.next();
                texts(walk, digest);
            }
            return untilUser(JsonWalk.overPart(body, messages.value(), messages.end()), digest)
                    ? Optional.of(finished(By.PREFIX, digest)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // left so by a step; whoever sends it says so
        }
    }

    /** Takes in the messages to the first one of the user; whether there is one. */
    private static boolean untilUser(JsonWalk walk, MessageDigest digest) throws IOException {
        JsonWalk message = JsonWalk.overPart(walk.json(), 0, 0);
        walk.next();
        while (walk.next() == JsonToken.START_OBJECT) {
            int from = walk.start();
            String role = "";
            while (walk.next() == JsonToken.FIELD_NAME) {
                boolean isRole = walk.is("role");
                if (walk.next() == JsonToken.VALUE_STRING && isRole) {
                    role = walk.beginning(MOST_OF_A_PART);
                }
                walk.skip();
            }
            if (role.equals("system") || role.equals("developer") || role.equals("user")) {
                message.restart(from, walk.end());
                message.next();
                texts(message, digest);
            }
            if (role.equals("user")) {
                return true;
            }
        }
        return false;
    }

    /** Takes in the texts of the value at which {@code walk} stands, and the names of their fields. */
    private static void texts(JsonWalk walk, MessageDigest digest) throws IOException {
        int left = MOST_OF_A_PART;
        JsonToken token = walk.token();
        while (token != null && left > 0) {
            if (token == JsonToken.FIELD_NAME && walk.is("cache_control")) {
                walk.next();
                walk.skip();
            } else if (token == JsonToken.FIELD_NAME || token.isScalarValue()) {
                int bytes = Math.min(left, walk.end() - walk.start());
                digest.update(walk.json(), walk.start(), bytes);
                digest.update(END);
                left -= bytes;
            }
            token = walk.next();
        }
    }

    private static MessageDigest begun(By by, String alias) {
        MessageDigest digest = Sha256.fresh();
        digest.update((byte) by.ordinal());
        digest.update(String.valueOf(alias).getBytes(StandardCharsets.UTF_8));
        digest.update(END);
        return digest;
    }

    private static AffinityKey finished(By by, MessageDigest digest) {
        return new AffinityKey(by, ByteBuffer.wrap(digest.digest()).getLong());
    }
}
