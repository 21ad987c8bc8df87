package io.dromedary.server;

/** Why what a client sends is no request: its message names the part, in words of the gateway's own. */
final class InvalidRequest extends Exception {

    InvalidRequest(String part) {
        super(part, null, false, false);
    }
}
