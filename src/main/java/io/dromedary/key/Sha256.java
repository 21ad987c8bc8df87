package io.dromedary.key;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Makes digests for requests: copies of one that has seen nothing, so that no provider is looked for each time. */
public final class Sha256 {

    private static final MessageDigest UNUSED = found();

    private Sha256() {
    }

    /** A fresh SHA-256. */
    public static MessageDigest fresh() {
        try {
            return (MessageDigest) UNUSED.clone();
        } catch (CloneNotSupportedException e) {
            return found(); // a provider need not have it
        }
    }

    private static MessageDigest found() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
