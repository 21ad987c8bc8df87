package io.dromedary.json;

import java.io.IOException;

/**
 * JSON, but more of it than the gateway reads: nested too deep, too many fields, a name or a number that is too long.
 * The message is meant for who sent it.
 */
public final class BeyondLimit extends IOException {

    /** Says what is too much, and how much may be. */
    BeyondLimit(String message) {
        super(message);
    }
}
