package io.dromedary.cache;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.json.JsonWalk;
import io.dromedary.key.Sha256;

/**
 * SHA-256 of a JSON object, the same for the same object in another order of its fields and with other white space.
 * Texts and numbers count as they are written: {@code 1} and {@code 1.0} are two values. Each object and array is
 * digested by itself and stands for its value in the one around it, so that the cost is linear. Used once.
 */
final class CanonicalDigest {

    /** Beyond so many fields, in all objects, nothing is digested: each is kept in mind until its object ends. */
    static final int MOST_FIELDS = 20_000;

    private static final byte OBJECT = '{';
    private static final byte ARRAY = '[';
    private static final byte VALUE = ':';
    private static final byte COMMA = ',';

    private final byte[] json;
    private final JsonWalk walk;
    private int fields;

    private record Member(String name, byte[] value) {
    }

    /** There are too many fields. */
    private static final class TooMany extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private CanonicalDigest(byte[] json) {
        this.json = json;
        this.walk = JsonWalk.over(json);
    }

    /**
     * The digest of the object.
     *
     * @param leftOut tells by their names which fields at its top do not count
     * @return empty where it is no object, or has more than {@value #MOST_FIELDS} fields
     */
    static Optional<byte[]> of(byte[] json, Predicate<String> leftOut) {
        try {
            CanonicalDigest digest = new CanonicalDigest(json);
            if (digest.walk.next() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            return Optional.of(digest.object(leftOut));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A fresh SHA-256. */
    static MessageDigest sha256() {
        return Sha256.fresh();
    }

    private byte[] object(Predicate<String> leftOut) throws IOException {
        List<Member> members = new ArrayList<>();
        while (walk.next() == JsonToken.FIELD_NAME) {
            if (++fields > MOST_FIELDS) {
                throw new TooMany();
            }
            String name = walk.text();
            walk.next();
            if (leftOut.test(name)) {
                walk.skip();
            } else {
                members.add(new Member(name, value()));
            }
        }
        // A name that stands twice keeps its order: whoever reads it takes the first or the last.
        members.sort(Comparator.comparing(Member::name));
        MessageDigest digest = sha256();
        digest.update(OBJECT);
        for (Member member : members) {
            byte[] name = member.name().getBytes(StandardCharsets.UTF_8);
            length(digest, name.length);
            digest.update(name);
            digest.update(member.value());
        }
        return digest.digest();
    }

    /** Its first byte tells what an item is, and each item ends by itself. */
    private byte[] array() throws IOException {
        MessageDigest digest = sha256();
        digest.update(ARRAY);
        while (walk.next() != JsonToken.END_ARRAY) {
            if (walk.token().isStructStart()) {
                digest.update(OBJECT);
                digest.update(value());
            } else {
                digest.update(VALUE);
                digest.update(json, walk.start(), walk.end() - walk.start());
            }
            digest.update(COMMA);
        }
        return digest.digest();
    }

    /** What stands for the value: always as long, so that no two lists of values look alike. */
    private byte[] value() throws IOException {
        if (walk.token() == JsonToken.START_OBJECT) {
            return object(name -> false);
        }
        if (walk.token() == JsonToken.START_ARRAY) {
            return array();
        }
        MessageDigest digest = sha256();
        digest.update(VALUE);
        digest.update(json, walk.start(), walk.end() - walk.start());
        return digest.digest();
    }

    /** How many bytes follow. */
    private static void length(MessageDigest digest, int bytes) {
        for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            digest.update((byte) (bytes >>> shift));
        }
    }
}
