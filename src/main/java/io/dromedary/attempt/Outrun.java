package io.dromedary.attempt;

/**
 * An attempt ends because another one of the same request has had the first token. Nobody has failed: no breaker counts it,
 * and the client has its answer.
 */
public final class Outrun extends RuntimeException {

    /** Without a stack trace: it tells the course of things and no defect. */
    public Outrun() {
        super("another attempt had the first token", null, false, false);
    }
}
